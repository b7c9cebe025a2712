package dev.ringback.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.ringback.telemetry.Span;
import dev.ringback.telemetry.Spans;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/// The pool's connections, lent in the order in which they are asked for.
///
/// HikariCP lends a connection that comes back to whoever looks first. Under load those who wait are overtaken by those
/// who have just come, until some give up while others were served at once.
///
/// Every request passes here, and whatever cannot keep up, the processors, the database or its disk, shows as waiting.
public final class FairConnections extends DelegatingDataSource {
    private final Semaphore free;
    private final long patienceMs;
    private final Spans spans;
    private volatile long lastWait;
    private volatile long lastLent = System.nanoTime();
    private volatile long lastFree = System.nanoTime();

    FairConnections(HikariDataSource pool, Spans spans) {
        super(pool);
        this.spans = spans;
        this.free = new Semaphore(pool.getMaximumPoolSize(), true);
        this.patienceMs = pool.getConnectionTimeout();
    }

    /// How long whoever asks now has to wait for a connection, as far as can be told; zero when one is free.
    public Duration waiting() {
        if (!free.hasQueuedThreads()) {
            return Duration.ZERO;
        }
        // of those who wait nobody was served since
        return Duration.ofNanos(Math.max(lastWait, System.nanoTime() - lastLent));
    }

    /// Since when everybody had to wait for a connection: the time since somebody had not to.
    public Duration crowdedFor() {
        return Duration.ofNanos(System.nanoTime() - lastFree);
    }

    int waitingThreads() {
        return free.getQueueLength();
    }

    @Override
    public Connection getConnection() throws SQLException {
        // from the asking to the giving back, which is one statement or one transaction
        var span = spans.askAside("database");
        try {
            take();
        } catch (SQLException failure) {
            span.failed(failure);
            span.close();
            throw failure;
        }
        try {
            return lent(super.getConnection(), span.event("lent"));
        } catch (SQLException | RuntimeException failure) {
            free.release();
            span.failed(failure);
            span.close();
            throw failure;
        }
    }

    private void take() throws SQLException {
        long asked = System.nanoTime();
        try {
            // with a time, if none: without one it would push in
            if (free.tryAcquire(0, TimeUnit.MILLISECONDS)) {
                lastFree = asked;
            } else if (!free.tryAcquire(patienceMs, TimeUnit.MILLISECONDS)) {
                throw new SQLTransientConnectionException("No connection was free within " + patienceMs + " ms");
            }
            lastLent = System.nanoTime();
            lastWait = lastLent - asked;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("Interrupted while waiting for a connection");
        }
    }

    private Connection lent(Connection connection, Span span) {
        return (Connection) Proxy.newProxyInstance(FairConnections.class.getClassLoader(),
                new Class<?>[]{Connection.class}, new Loan(connection, span)::call);
    }

    /// A connection that makes room for the next one when it is closed.
    private final class Loan {
        private final Connection connection;
        private final Span span;
        private final @Nullable Statements statements;
        private final AtomicBoolean closed = new AtomicBoolean();

        Loan(Connection connection, Span span) {
            this.connection = connection;
            this.span = span;
            this.statements = span.isSeen() ? new Statements() : null;
        }

        @Nullable
        Object call(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            if (statements != null && arguments != null && arguments[0] instanceof String sql
                    && method.getName().startsWith("prepare")) {
                statements.add(sql);
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getTargetException();
            } finally {
                if (method.getName().equals("close") && closed.compareAndSet(false, true)) {
                    free.release();
                    span.with("db.system.name", "postgresql").with("db.query.summary", statements).close();
                }
            }
        }
    }
}
