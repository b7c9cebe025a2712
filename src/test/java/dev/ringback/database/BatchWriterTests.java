package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.UncategorizedSQLException;

@Timeout(60)
class BatchWriterTests {
    private final List<Integer> written = new CopyOnWriteArrayList<>();
    private final AtomicInteger tries = new AtomicInteger();
    private volatile String failing = "";

    @Test
    void whatADatabaseCannotTakeNowIsWrittenInOrderOnceItCan() {
        failing = "53100";
        try (var writer = new BatchWriter<>("test", Duration.ZERO, this::write)) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(writer.offer(i)).isTrue();
            }
            // more often than it would be tried for its own fault
            await().until(() -> tries.get() > 4);
            failing = "";
            await().until(() -> written.size() == 1_000);
        }
        assertThat(written).isSorted();
    }

    @Test
    void whatItWillNeverTakeStandsInNobodysWay() {
        failing = "22001";
        try (var writer = new BatchWriter<>("test", Duration.ZERO, this::write)) {
            writer.offer(1);
            await().until(() -> tries.get() == 3);
            failing = "";
            writer.offer(2);
            await().until(() -> written.contains(2));
        }
        assertThat(written).containsExactly(2);
    }

    @Test
    void itsMemoryIsBoundedWhileTheDatabaseIsAway() {
        failing = "08006";
        try (var writer = new BatchWriter<>("test", Duration.ZERO, this::write)) {
            int taken = 0;
            while (writer.offer(taken)) {
                taken++;
            }
            assertThat(taken).isBetween(20_000, 20_500);
        }
    }

    @Test
    void whatComesWithinAMomentIsWrittenTogether() {
        try (var writer = new BatchWriter<>("test", Duration.ofHours(1), this::write)) {
            for (int i = 0; i < 3; i++) {
                writer.offer(i);
            }
        }
        assertThat(tries).hasValue(1);
        assertThat(written).containsExactly(0, 1, 2);
    }

    /// Else what comes faster than a batch a moment would be lost in the end.
    @Test
    void aBacklogIsWrittenWithoutAPause() {
        var moment = Duration.ofSeconds(1);
        int batches = 30;
        try (var writer = new BatchWriter<>("test", moment, this::write)) {
            for (int i = 0; i < batches * 500; i++) {
                assertThat(writer.offer(i)).isTrue();
            }
            await().atMost(moment.multipliedBy(batches / 2)).until(() -> written.size() >= (batches - 1) * 500);
        }
        assertThat(written).hasSize(batches * 500).isSorted();
    }

    private void write(List<Integer> batch) {
        var state = failing;
        tries.incrementAndGet();
        if (!state.isEmpty()) {
            throw new UncategorizedSQLException("write", "insert", new SQLException("no", state));
        }
        written.addAll(batch);
    }
}
