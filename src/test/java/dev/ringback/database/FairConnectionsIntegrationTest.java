package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ringback.support.TestDatabase;
import dev.ringback.telemetry.Spans;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FairConnectionsIntegrationTest {
    @AutoClose
    private final HikariDataSource pool = pool();
    @AutoClose
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final FairConnections connections = new FairConnections(pool, Spans.OFF);

    @Test
    void whoAskedFirstIsServedFirst() throws Exception {
        var order = new CopyOnWriteArrayList<Integer>();
        var turns = new ArrayList<Integer>();
        try (var _ = connections.getConnection()) {
            for (int i = 0; i < 20; i++) {
                int turn = i;
                turns.add(turn);
                threads.execute(() -> use(() -> order.add(turn)));
                await().until(() -> connections.waitingThreads() == turn + 1);
            }
        }
        await().until(() -> order.size() == turns.size());
        assertThat(order).isEqualTo(turns);
    }

    @Test
    void tellsHowLongOneHasToWait() throws Exception {
        assertThat(connections.waiting()).isZero();
        Future<?> other;
        try (var _ = connections.getConnection()) {
            assertThat(connections.waiting()).isZero();
            other = threads.submit(() -> use(() -> {}));
            await().until(() -> connections.waiting().compareTo(Duration.ofMillis(20)) > 0);
            assertThat(connections.crowdedFor()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        }
        other.get();
        assertThat(connections.waiting()).isZero();
        var before = connections.crowdedFor();
        use(() -> {});
        assertThat(connections.crowdedFor()).isLessThan(before);
    }

    @Test
    void whoCannotBeServedInTimeIsToldSoAndTakesNoPlace() throws Exception {
        pool.setConnectionTimeout(300);
        var impatient = new FairConnections(pool, Spans.OFF);
        try (var _ = impatient.getConnection()) {
            assertThatThrownBy(impatient::getConnection).isInstanceOf(SQLTransientConnectionException.class);
        }
        impatient.getConnection().close();
    }

    @Test
    void aConnectionThatIsClosedTwiceIsLentOnce() throws Exception {
        var twice = connections.getConnection();
        twice.close();
        twice.close();
        try (var _ = connections.getConnection()) {
            threads.execute(() -> use(() -> {}));
            await().until(() -> connections.waitingThreads() == 1);
        }
    }

    private void use(Runnable meanwhile) {
        try (var _ = connections.getConnection()) {
            meanwhile.run();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static HikariDataSource pool() {
        var config = new HikariConfig();
        var database = TestDatabase.create();
        config.setJdbcUrl(String.valueOf(database.get("spring.datasource.url")));
        config.setUsername(String.valueOf(database.get("spring.datasource.username")));
        config.setPassword(String.valueOf(database.get("spring.datasource.password")));
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }
}
