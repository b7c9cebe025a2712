package dev.ringback.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.notify.Deliveries.Acknowledged;
import dev.ringback.notify.Deliveries.Held;
import dev.ringback.notify.Deliveries.Settled;
import dev.ringback.notify.Delivery.State;
import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Everybody who writes to the same deliveries at the same time.
@PushDriven
class DeliveriesIntegrationTest {
    private static final int DEVICES = 18;
    private static final int ROUNDS = 150;

    @LocalServerPort
    private int port;
    @Autowired
    private Deliveries deliveries;
    @Autowired
    private SettableClock clock;
    @Autowired
    private JdbcClient jdbc;

    @Test
    void writersNeverWaitForEachOtherInACircle() throws Exception {
        for (int i = 0; i < DEVICES; i++) {
            device("circle-bob", "device-" + i);
        }
        var callId = UUID.fromString(Api.user(port, "circle-alice").call("circle-bob").get("call_id").asString());
        await().until(() -> sent(callId) == DEVICES);
        pileUp();
        var ids = jdbc.sql("select delivery_id from delivery where call_id = :id")
                .param("id", callId)
                .query((row, _) -> row.getObject(1, UUID.class))
                .list();
        var now = clock.instant();
        var later = now.plus(Duration.ofSeconds(5));
        inParallel(
                random -> deliveries.settle(shuffled(ids, random).stream()
                        .map(id -> new Settled(id, Deliveries.FIRST_LEASE, State.SENT, null, true, true, later))
                        .toList()),
                random -> deliveries.acknowledge(shuffled(ids, random).stream()
                        .map(id -> new Acknowledged(callId, "circle-bob", "device-" + ids.indexOf(id)))
                        .toList(), now),
                _ -> jdbc.sql("update delivery set acknowledged_at = null where call_id = :id and delivery_id = :one")
                        .param("id", callId)
                        .param("one", ids.getFirst())
                        .update(),
                random -> deliveries.renew(
                        shuffled(ids, random).stream().map(id -> new Held(id, Deliveries.FIRST_LEASE)).toList(),
                        later),
                _ -> deliveries.withdrawRings(callId, List.of("circle-bob")),
                _ -> deliveries.claimDue(later, later, DEVICES));
        assertThat(sent(callId)).isPositive();
    }

    @Test
    void whoLostItsLeaseChangesNothingButTheCount() {
        device("frozen-bob", "frozen-phone");
        var callId = UUID.fromString(Api.user(port, "frozen-alice").call("frozen-bob").get("call_id").asString());
        await().until(() -> sent(callId) > 0);
        var id = jdbc.sql("""
                update delivery set state = 'SENDING', pushes = 0, attempts = 0, due_at = :due
                where delivery_id = (select delivery_id from delivery where call_id = :call limit 1)
                returning delivery_id""")
                .param("due", Timestamp.from(clock.instant().minusSeconds(1)))
                .param("call", callId)
                .query(UUID.class)
                .single();
        int before = jdbc.sql("select lease from delivery where delivery_id = :id")
                .param("id", id)
                .query(Integer.class)
                .single();
        var leaseEnd = clock.instant().plus(Duration.ofSeconds(5));
        var claimed = deliveries.claimDue(clock.instant(), leaseEnd, DEVICES);
        assertThat(claimed).filteredOn(d -> d.id().equals(id)).extracting(Delivery::lease).containsExactly(before + 1);

        assertThat(deliveries.renew(List.of(new Held(id, before)), leaseEnd.plusSeconds(60))).isEmpty();
        deliveries.settle(List.of(new Settled(id, before, State.WAITING, "timeout", true, false, clock.instant())));
        assertThat(row(id)).isEqualTo("SENDING 1 " + leaseEnd);
        assertThat(deliveries.renew(List.of(new Held(id, before + 1)), leaseEnd.plusSeconds(1)))
                .containsExactly(new Held(id, before + 1));
        deliveries.settle(List.of(new Settled(id, before + 1, State.SENT, null, true, true, null)));
        assertThat(row(id)).isEqualTo("SENT 2 null");
    }

    private String row(UUID id) {
        return jdbc.sql("select state, attempts, due_at from delivery where delivery_id = :id")
                .param("id", id)
                .query((row, _) -> row.getString(1) + " " + row.getInt(2) + " "
                        + (row.getTimestamp(3) == null ? null : row.getTimestamp(3).toInstant()))
                .single();
    }

    /// Among many others the rows of a batch are looked up one by one, in the batch's own order.
    private void pileUp() {
        var other = UUID.fromString(Api.user(port, "circle-alice").call("nobody").get("call_id").asString());
        jdbc.sql(
                """
                        insert into delivery (delivery_id, call_id, user_id, device_id, type, state, attempts, pushes, created_at,
                            expires_at)
                        select gen_random_uuid(), :call, 'nobody', 'd' || n, 'CALL_MISSED', 'SENT', 1, 1, now(), now()
                        from generate_series(1, 20000) n""")
                .param("call", other)
                .update();
        jdbc.sql("analyze delivery").update();
    }

    /// Each writer many times over, from two threads.
    @SafeVarargs
    private static void inParallel(Consumer<Random>... writers) throws Exception {
        var tasks = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 2 * writers.length; i++) {
            var writer = writers[i % writers.length];
            var random = new Random(i);
            tasks.add(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    writer.accept(random);
                }
                return true;
            });
        }
        try (var threads = Executors.newFixedThreadPool(tasks.size())) {
            for (var done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        }
    }

    private static List<UUID> shuffled(List<UUID> ids, Random random) {
        var shuffled = new ArrayList<>(ids);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    private int sent(UUID callId) {
        return jdbc.sql("select count(*) from delivery where call_id = :id and pushes > 0")
                .param("id", callId)
                .query(Integer.class)
                .single();
    }

    private void device(String userId, String deviceId) {
        jdbc.sql("""
                insert into push_token (user_id, device_id, platform, token, environment, registered_at, used_at)
                values (:user, :device, 'android', :token, 'PRODUCTION', :now, :now)""")
                .param("user", userId)
                .param("device", deviceId)
                .param("token", "circle-" + deviceId)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }
}
