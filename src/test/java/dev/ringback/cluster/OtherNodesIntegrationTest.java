package dev.ringback.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.RingbackApplication;
import dev.ringback.notify.HeardLate;
import dev.ringback.notify.OtherNodes;
import dev.ringback.notify.OtherNodes.Answer;
import dev.ringback.support.Api;
import dev.ringback.support.FaultProxy;
import dev.ringback.support.StompUser;
import dev.ringback.support.TestDatabase;
import dev.ringback.support.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/// Two nodes of the service with one PostgreSQL and one Redis, which fails as networks do.
@EnabledIf(value = RedisServer.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/redis-server: apt-get install redis-server")
class OtherNodesIntegrationTest {
    private static final AtomicInteger USERS = new AtomicInteger();
    private static RedisServer redis;
    private static FaultProxy network;
    private static Map<String, Object> database;
    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext two;
    private static int first;
    private static int second;

    private final List<StompUser> open = new ArrayList<>();
    private String alice;
    private String bob;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.started();
        network = new FaultProxy(redis.port());
        database = TestDatabase.create();
        one = node(database);
        two = node(database);
        first = port(one);
        second = port(two);
        awaitConnected();
    }

    @AfterAll
    static void stop() throws IOException {
        one.close();
        two.close();
        network.close();
        redis.close();
    }

    @BeforeEach
    void newUsers() {
        int n = USERS.incrementAndGet();
        alice = "alice-n" + n;
        bob = "bob-n" + n;
    }

    @AfterEach
    void hangUp() throws Exception {
        open.forEach(StompUser::close);
        network.pass();
        awaitConnected();
        // what nodes tell anew when they are together again is told now, and not in the next test
        one.getBean(RedisLink.class).look();
        two.getBean(RedisLink.class).look();
    }

    @Test
    void aCallOnOneNodeRingsASocketOnTheOther() throws Exception {
        var caller = listening(first, alice);
        var called = listening(second, bob);
        var call = Api.user(first, alice).call(bob);
        var ring = called.next("incoming_call");
        assertThat(ring.get("call_id")).isEqualTo(call.get("call_id"));
        assertThat(ring.get("caller_id").asString()).isEqualTo(alice);
        Api.user(second, bob).command("accept", call).mustBe(200);
        assertThat(caller.next("call_accepted").get("version").asInt()).isGreaterThan(1);
        called.next("call_answered_elsewhere");
        Api.user(first, alice).command("end", call).mustBe(200);
        called.next("call_ended");
    }

    @Test
    void whoIsOnBothNodesHearsItOnceOnEach() throws Exception {
        var here = listening(first, bob);
        var there = listening(second, bob);
        var call = Api.user(first, alice).call(bob);
        here.next("incoming_call");
        there.next("incoming_call");
        Api.user(second, alice).command("cancel", call).mustBe(200);
        here.next("call_cancelled");
        there.next("call_cancelled");
        here.next("call_missed");
        there.next("call_missed");
        here.nothingMore();
        there.nothingMore();
    }

    /// Whoever listens anywhere can be reached.
    @Test
    void aCallThatIsHeardOnAnotherNodeRingsOnAndOneThatNobodyHearsEnds() throws Exception {
        var called = listening(second, bob);
        var heard = Api.user(first, alice).call(bob);
        called.next("incoming_call");
        var unheard = Api.user(first, alice).call("nobody-" + alice);
        await().untilAsserted(() -> assertThat(Api.user(first, alice).read(unheard).get("reason").asString(""))
                .isEqualTo("unreachable"));
        assertThat(Api.user(first, alice).read(heard).get("state").asString()).isEqualTo("ringing");
    }

    @Test
    void aNodeHearsNothingOfUsersWhoAreNotThere() throws Exception {
        var nodes = one.getBean(OtherNodes.class);
        assertThat(nodes.reach(bob)).isEqualTo(Answer.ABSENT);
        var called = listening(second, bob);
        assertThat(nodes.reach(bob)).isEqualTo(Answer.LISTENS);
        assertThat(two.getBean(OtherNodes.class).reach(bob)).isEqualTo(Answer.ABSENT);
        called.close();
        await().untilAsserted(() -> assertThat(nodes.reach(bob)).isEqualTo(Answer.ABSENT));
    }

    @Test
    void whileTheNodesAreApartEachServesItsOwnSocketsAndAfterwardsEverybodyKnows() throws Exception {
        var there = listening(second, bob);
        var here = listening(first, bob);
        network.be(new FaultProxy.Mode.Reset());
        var call = Api.user(first, alice).call(bob);
        here.next("incoming_call");
        there.nothingMore();
        assertThat(one.getBean(MeterRegistry.class).get("ringback.cluster.lost").counter().count()).isPositive();
        network.pass();
        assertThat(there.next("incoming_call").get("call_id")).isEqualTo(call.get("call_id"));
        // the other node may need longer, and whoever is told once more is told the same
        awaitConnected();
        Api.user(first, alice).command("cancel", call).mustBe(200);
        await().until(() -> there.rest().stream().anyMatch(e -> e.get("type").asString().equals("call_cancelled")));
    }

    /// That a node cannot be asked does not say that nobody listens there.
    @Test
    void aCallToSomebodyOnlyOnANodeThatCannotBeAskedRingsThereAfterwards() throws Exception {
        var there = listening(second, bob);
        network.be(new FaultProxy.Mode.Reset());
        await().until(() -> one.getBean(OtherNodes.class).reach(bob) == Answer.UNKNOWN);
        var lost = one.getBean(MeterRegistry.class).get("ringback.cluster.lost").counter();
        double before = lost.count();
        var call = Api.user(first, alice).call(bob);
        // the ring, and the question whether anybody hears it
        await().until(() -> lost.count() >= before + 2);
        network.pass();
        assertThat(there.next("incoming_call").get("call_id")).isEqualTo(call.get("call_id"));
        assertThat(Api.user(second, bob).read(call).get("state").asString()).isEqualTo("ringing");
    }

    /// Or else its first calls would ring nobody on the nodes that were there before.
    @Test
    void aNodeIsConnectedBeforeItTakesRequests() {
        var connected = new ArrayList<Boolean>();
        ApplicationListener<ServletWebServerInitializedEvent> opened = event -> connected
                .add(event.getApplicationContext().getBean(RedisLink.class).now().isPresent());
        try (var _ = node(database, opened)) {
            assertThat(connected).containsExactly(true);
        }
    }

    @Test
    void whoIsOutOfACallIsNotToldOfItAgain() throws Exception {
        var declined = "carol-" + bob;
        var ringing = listening(second, bob);
        var out = listening(second, declined);
        var call = Api.user(first, alice)
                .initiate("{\"called_ids\":[\"%s\",\"%s\"]}".formatted(bob, declined));
        ringing.next("incoming_call");
        out.next("incoming_call");
        Api.user(second, declined).command("reject", call).mustBe(200);
        out.next("call_answered_elsewhere");
        network.be(new FaultProxy.Mode.Reset());
        await().until(() -> two.getBean(OtherNodes.class).reach("probe-one") == Answer.UNKNOWN);
        network.pass();
        awaitConnected();
        ringing.next("incoming_call");
        out.nothingMore();
    }

    @Test
    void whoConnectsWhileTheNodesAreApartHearsTheOthersAfterwards() throws Exception {
        network.be(new FaultProxy.Mode.Reset());
        await().until(() -> two.getBean(OtherNodes.class).reach(alice) == Answer.UNKNOWN);
        var there = listening(second, bob);
        network.pass();
        awaitConnected();
        await().until(() -> one.getBean(OtherNodes.class).reach(bob) == Answer.LISTENS);
        Api.user(first, alice).call(bob);
        there.next("incoming_call");
    }

    @Test
    void whoHearsTheOthersLateIsToldWhatRings() throws Exception {
        var there = listening(second, bob);
        var call = Api.user(first, alice).call(bob);
        there.next("incoming_call");
        two.publishEvent(new HeardLate(bob));
        assertThat(there.next("incoming_call").get("call_id")).isEqualTo(call.get("call_id"));
    }

    /// A connection that loses everything in silence.
    @Test
    void aRedisThatIsSilentHoldsUpNoRing() throws Exception {
        var here = listening(first, bob);
        network.be(new FaultProxy.Mode.Silent());
        for (int i = 0; i < 3; i++) {
            var call = Api.user(first, alice + i).call(bob);
            assertThat(here.next("incoming_call").get("call_id")).isEqualTo(call.get("call_id"));
        }
    }

    @Test
    void aLimitCountsOnAllNodesTogether() {
        var limited = new ArrayList<Integer>();
        for (int i = 0; i < 6; i++) {
            limited.add(Api.user(i % 2 == 0 ? first : second, alice)
                    .post("/api/call/initiate", "{\"called_id\":\"callee-%s-%d\"}".formatted(alice, i))
                    .status());
        }
        assertThat(limited).containsExactly(201, 201, 201, 201, 429, 429);
    }

    @Test
    void aLimitHoldsOnEachNodeWhileTheyAreApart() {
        network.be(new FaultProxy.Mode.Reset());
        var answers = new ArrayList<Integer>();
        for (int i = 0; i < 6; i++) {
            answers.add(Api.user(first, alice)
                    .post("/api/call/initiate", "{\"called_id\":\"callee-%s-%d\"}".formatted(alice, i))
                    .status());
        }
        assertThat(answers).containsSubsequence(201, 201, 429).endsWith(429);
    }

    private StompUser listening(int port, String userId) throws Exception {
        var user = StompUser.connected(port, userId);
        open.add(user);
        return user;
    }

    /// Each node finds on the other one who is nowhere else.
    private static void awaitConnected() {
        one.getBean(OtherNodes.class).listens("probe-one");
        two.getBean(OtherNodes.class).listens("probe-two");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> one.getBean(OtherNodes.class).reach("probe-two") == Answer.LISTENS
                        && two.getBean(OtherNodes.class).reach("probe-one") == Answer.LISTENS);
    }

    private static int port(ConfigurableApplicationContext node) {
        return node.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static ConfigurableApplicationContext node(Map<String, Object> database,
            ApplicationListener<?>... listeners) {
        return new SpringApplicationBuilder(RingbackApplication.class).properties(database)
                .listeners(listeners)
                .run("--server.port=0", "--ringback.auth.hs256-secret=" + Tokens.SECRET,
                        "--ringback.rate-limit.initiates-per-user=4",
                        "--ringback.redis.url=redis://localhost:" + network.port());
    }
}
