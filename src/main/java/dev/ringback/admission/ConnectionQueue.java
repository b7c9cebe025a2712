package dev.ringback.admission;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/// The queue for the database's connections: the one place that every request passes, and where all of them end up when
/// the processors, the database or the disk cannot keep up.
@Component
class ConnectionQueue {
    private final HikariDataSource pool;

    /// @throws IllegalStateException when the connections are not pooled by HikariCP
    ConnectionQueue(DataSource database) {
        try {
            this.pool = database.unwrap(HikariDataSource.class);
        } catch (SQLException failure) {
            throw new IllegalStateException("HikariCP is the pool that tells how many wait for a connection", failure);
        }
    }

    int connections() {
        return pool.getMaximumPoolSize();
    }

    /// How many threads wait for a connection right now.
    int waiting() {
        var state = pool.getHikariPoolMXBean();
        return state == null ? 0 : state.getThreadsAwaitingConnection();
    }
}
