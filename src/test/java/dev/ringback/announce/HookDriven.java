package dev.ringback.announce;

import dev.ringback.call.CallEvent;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.SettableClock;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.sql.Timestamp;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.JsonNode;

/// The service on a real PostgreSQL with a clock and scheduled jobs in the test's hand. Its endpoints are the test's own: see
/// [Receiver].
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@IntegrationTest
@Import(HookDriven.Parts.class)
@MockitoBean(name = "taskScheduler", types = ThreadPoolTaskScheduler.class)
@interface HookDriven {

    @TestConfiguration(proxyBeanMethods = false)
    class Parts {
        @Bean
        @Primary
        SettableClock settableClock() {
            return new SettableClock();
        }

        @Bean
        Accepts accepts() {
            return new Accepts();
        }

        @Bean
        Table table(JdbcClient jdbc, SettableClock clock) {
            return new Table(jdbc, clock);
        }
    }

    /// Whether accepts were written in a transaction, by call.
    final class Accepts {
        private final Map<UUID, Boolean> transactions = new ConcurrentHashMap<>();

        @EventListener
        void happened(CallEvent event) {
            if (event.change() instanceof CallEvent.Change.Accepted) {
                transactions.put(event.call().callId(), TransactionSynchronizationManager.isActualTransactionActive());
            }
        }

        @Nullable
        Boolean hadTransaction(JsonNode call) {
            return transactions.get(UUID.fromString(call.get("call_id").asString()));
        }
    }

    /// The outbox as it stands.
    record Table(JdbcClient jdbc, SettableClock clock) {

        /// Whether nothing is due, and nothing in hand: while the clock stands still, a lease ends at one certain time.
        boolean isQuiet() {
            return jdbc.sql("select count(*) from webhook_message where due_at <= :now or due_at = :leaseEnd")
                    .param("now", Timestamp.from(clock.instant()))
                    .param("leaseEnd", Timestamp.from(clock.instant().plus(Lane.LEASE)))
                    .query(Integer.class)
                    .single() == 0;
        }

        int parked() {
            return count("parked_at is not null");
        }

        int pending() {
            return count("parked_at is null");
        }

        private int count(String condition) {
            return jdbc.sql("select count(*) from webhook_message where " + condition).query(Integer.class).single();
        }
    }
}
