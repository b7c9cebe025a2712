package dev.ringback.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import dev.ringback.support.Tokens;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// One endpoint is dead for an hour, by a clock that the test sets; the other is not.
@HookDriven
class DeadReceiverIntegrationTest {
    private static final int CALLS_A_STEP = 3;
    private static final Duration STEP = Duration.ofMinutes(4);
    private static final int PILE = 50_000;
    private static final long MEGABYTE = 1_048_576;
    private static final Receiver DEAD = new Receiver();
    private static final Receiver ALIVE = new Receiver();

    @LocalServerPort
    private int port;
    @Autowired
    private SettableClock clock;
    @Autowired
    private Lanes lanes;
    @Autowired
    private Endpoints endpoints;
    @Autowired
    private HookDriven.Table table;
    /// Without the service's time limits.
    @Autowired
    @Qualifier("migrationDatabase")
    private DataSource patient;

    @DynamicPropertySource
    static void endpoints(DynamicPropertyRegistry settings) {
        settings.add("ringback.webhook.out.allow-private-addresses", () -> true);
        settings.add("ringback.webhook.out.endpoints[0].url", DEAD::url);
        settings.add("ringback.webhook.out.endpoints[0].secrets", DEAD::secretOf);
        settings.add("ringback.webhook.out.endpoints[1].url", ALIVE::url);
        settings.add("ringback.webhook.out.endpoints[1].secrets", ALIVE::secretOf);
    }

    @BeforeEach
    void forget() {
        DEAD.forget();
        ALIVE.forget();
    }

    @AfterAll
    static void close() {
        DEAD.close();
        ALIVE.close();
    }

    @Test
    void nothingIsLostAndTheOrderKept() {
        DEAD.answer(503);
        var calls = new ArrayList<JsonNode>();
        for (var passed = Duration.ZERO; passed.compareTo(Duration.ofHours(1)) < 0; passed = passed.plus(STEP)) {
            for (int i = 0; i < CALLS_A_STEP; i++) {
                calls.add(wholeCall());
            }
            await().until(table::isQuiet);
            // the other is told at once, all the time
            assertThat(ALIVE.taken()).hasSize(3 * calls.size());
            clock.advance(STEP);
            lanes.look();
        }
        await().until(table::isQuiet);
        assertThat(DEAD.taken()).isEmpty();
        assertThat(table.pending()).isEqualTo(3 * calls.size());

        DEAD.answer(200);
        for (var passed = Duration.ZERO; passed.compareTo(Duration.ofHours(1)) < 0; passed = passed.plus(STEP)) {
            clock.advance(STEP);
            lanes.look();
            await().until(table::isQuiet);
        }
        assertThat(table.pending() + table.parked()).isZero();
        assertThat(DEAD.taken()).hasSize(3 * calls.size()).extracting(Receiver.Received::id).doesNotHaveDuplicates();
        assertThat(calls).allSatisfy(call -> assertThat(DEAD.typesOf(call)).containsExactly("call.initiated",
                "call.accepted", "call.ended"));
        assertThat(DEAD.mostOpen()).isLessThanOrEqualTo(Lane.AT_ONCE);
    }

    /// 50,000 events of 2 KB each.
    @Test
    void whatPilesUpIsNotInMemory() {
        var jdbc = JdbcClient.create(patient);
        var hangs = DEAD.hang();
        try {
            long before = usedMemory();
            jdbc.sql(
                    """
                            insert into webhook_message (event_id, endpoint, type, call_id, body, created_at, give_up_at, due_at)
                            select gen_random_uuid(), :endpoint, 'call.ended', gen_random_uuid(),
                                '{"type":"call.ended","data":{"filler":"' || repeat('x', 2000) || '"}}', now(),
                                now() + interval '30 days', now() - interval '1 day'
                            from generate_series(1, :n)""")
                    .param("endpoint", endpoints.all().getFirst().id())
                    .param("n", PILE)
                    .update();
            lanes.look();
            await().until(() -> DEAD.open() == Lane.AT_ONCE);
            lanes.look();
            assertThat(DEAD.open()).isEqualTo(Lane.AT_ONCE);
            assertThat(usedMemory() - before).isLessThan(10 * MEGABYTE);
            // the other one's places while a look is taken there are given back
            await().until(() -> lanes.inHand() == Lane.AT_ONCE);
        } finally {
            jdbc.sql("delete from webhook_message").update();
            hangs.countDown();
        }
        await().until(() -> lanes.inHand() == 0);
    }

    private JsonNode wholeCall() {
        var bobId = "bob-" + UUID.randomUUID();
        var alice = user("alice-" + UUID.randomUUID());
        var call = alice.call(bobId);
        user(bobId).command("accept", call).mustBe(200);
        alice.command("end", call).mustBe(200);
        return call;
    }

    private static long usedMemory() {
        var memory = ManagementFactory.getMemoryMXBean();
        var measured = new ArrayList<Long>();
        for (int i = 0; i < 3; i++) {
            memory.gc();
            measured.add(memory.getHeapMemoryUsage().getUsed());
        }
        return measured.stream().min(Long::compare).orElseThrow();
    }

    private Api user(String userId) {
        return Api.as(port, Tokens.signed(claims -> claims.subject(userId)
                .expirationTime(Date.from(Clock.systemUTC().instant().plus(Duration.ofDays(365))))));
    }
}
