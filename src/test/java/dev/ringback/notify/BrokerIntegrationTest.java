package dev.ringback.notify;

import static dev.ringback.notify.NoticeType.CALL_ACCEPTED;
import static dev.ringback.notify.NoticeType.CALL_ANSWERED_ELSEWHERE;
import static dev.ringback.notify.NoticeType.CALL_CANCELLED;
import static dev.ringback.notify.NoticeType.CALL_MISSED;
import static dev.ringback.notify.NoticeType.CALL_RINGING;
import static dev.ringback.notify.NoticeType.INCOMING_CALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.notify.Broker.Audience;
import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/// What is published by brokers, beside pushes and sockets: on a settable clock, with two brokers that do what the test
/// says.
@PushDriven
@Import(BrokerIntegrationTest.Parts.class)
@TestPropertySource(properties = {"ringback.delivery.classes[0].users=calm-*",
        "ringback.delivery.classes[0].policy=online-first"})
class BrokerIntegrationTest {
    private static final AtomicInteger USERS = new AtomicInteger();

    @LocalServerPort
    private int port;
    @Autowired
    private Scripted places;
    @Autowired
    private Scripted mirror;
    @Autowired
    private PushDriven.Provider phones;
    @Autowired
    private DueDeliveries due;
    @Autowired
    private SettableClock clock;
    @Autowired
    private JdbcClient jdbc;

    private String alice;
    private String bob;

    @TestConfiguration(proxyBeanMethods = false)
    static class Parts {
        @Bean
        Scripted places() {
            return new Scripted();
        }

        @Bean
        Scripted mirror() {
            return new Scripted();
        }

        @Bean
        Broker placesBroker(Scripted places) {
            return new Broker("places", Audience.PARTIES, true, 4, Duration.ofSeconds(20), places);
        }

        @Bean
        Broker mirrorBroker(Scripted mirror) {
            return new Broker("mirror", Audience.CALL, false, 4, Duration.ofSeconds(3), mirror);
        }
    }

    /// A broker that remembers what it was given, and answers by recipient.
    static final class Scripted implements Publisher {
        private final List<Publication> published = new CopyOnWriteArrayList<>();
        private final Map<String, Function<Publication, Outcome>> answers = new ConcurrentHashMap<>();

        @Override
        public Outcome publish(Publication publication) {
            var answer = answers.getOrDefault(publication.notice().recipient(), _ -> new Outcome.Delivered(null));
            published.add(publication);
            return answer.apply(publication);
        }

        @Override
        public Notifier.Check check() {
            return new Notifier.Check(true, "scripted");
        }

        void answer(String userId, Outcome outcome) {
            answers.put(userId, _ -> outcome);
        }

        CountDownLatch hang(String userId) {
            var latch = new CountDownLatch(1);
            answers.put(userId, _ -> {
                try {
                    latch.await();
                } catch (InterruptedException _) {
                    return new Outcome.TryLater("interrupted", null);
                }
                return new Outcome.Delivered(null);
            });
            return latch;
        }

        List<Publication> to(String userId) {
            return published.stream().filter(p -> p.notice().recipient().equals(userId)).toList();
        }

        List<NoticeType> typesTo(String userId) {
            return to(userId).stream().map(p -> p.notice().type()).toList();
        }
    }

    @BeforeEach
    void newUsers() {
        int n = USERS.incrementAndGet();
        alice = "alice-b" + n;
        bob = "bob-b" + n;
    }

    @Test
    void everyPartyIsToldInItsOwnPlace() {
        var call = Api.user(port, alice).call(bob);
        awaitTypes(places, bob, INCOMING_CALL);
        var ring = places.to(bob).getFirst();
        assertThat(ring.timeLeft()).isEqualTo(Duration.ofSeconds(45));
        assertThat(ring.actionToken()).isNotBlank();
        assertThat(new String(ring.body().json(Map.of(), 10_000), StandardCharsets.UTF_8)).contains(
                "\"type\":\"incoming_call\"",
                "action_token");
        Api.user(port, bob).command("ringing", call).mustBe(204);
        awaitTypes(places, alice, CALL_RINGING);
        Api.user(port, bob).command("accept", call).mustBe(200);
        awaitTypes(places, alice, CALL_RINGING, CALL_ACCEPTED);
        awaitTypes(places, bob, INCOMING_CALL, CALL_ANSWERED_ELSEWHERE);
        assertThat(places.to(alice)).allMatch(p -> p.actionToken() == null);
        awaitTypes(mirror, alice, CALL_RINGING, CALL_RINGING, CALL_ACCEPTED);
        assertThat(mirror.to(bob)).isEmpty();
    }

    /// Any of the user's apps may answer with the ring's token, each for itself.
    @Test
    void theTokenOfARingAnswersTheCallFromAnyDevice() {
        var call = Api.user(port, alice).call(bob);
        awaitTypes(places, bob, INCOMING_CALL);
        var holder = Api.as(port, places.to(bob).getFirst().actionToken());
        holder.command("accept", call, ",\"device_id\":\"tablet\"").mustBe(200);
        holder.command("accept", call, ",\"device_id\":\"tablet\"").mustBe(200);
        holder.command("accept", call, ",\"device_id\":\"phone\"").mustBe(409, "answered_elsewhere");
        holder.command("end", call).mustBe(403, "forbidden");
    }

    @Test
    void whatABrokerDoesNotTakeIsTriedAgainUntilTheDeadline() {
        places.answer(bob, new Outcome.TryLater("connection", null));
        var call = Api.user(port, alice).call(bob);
        awaitState(call, bob, "WAITING");
        places.answer(bob, new Outcome.Delivered("it-1"));
        clock.advance(Duration.ofSeconds(2));
        due.run();
        awaitState(call, bob, "SENT");
        assertThat(places.typesTo(bob)).containsExactly(INCOMING_CALL, INCOMING_CALL);
        assertThat(places.to(bob).stream().map(Publication::id).distinct()).hasSize(1);
        assertThat(places.to(bob).getLast().notice().expiresInMs()).isEqualTo(43_000);
        // nobody acknowledges to a broker, so it is not told again
        clock.advance(Duration.ofSeconds(10));
        due.run();
        assertThat(places.to(bob)).hasSize(2);
    }

    @Test
    void aRingThatWaitsIsDroppedWhenTheCallIsOver() {
        places.answer(bob, new Outcome.TryLater("connection", null));
        var call = Api.user(port, alice).call(bob);
        awaitState(call, bob, "WAITING");
        places.answer(bob, new Outcome.Delivered(null));
        Api.user(port, alice).command("cancel", call).mustBe(200);
        awaitTypes(places, bob, INCOMING_CALL, CALL_CANCELLED, CALL_MISSED);
        // written behind: else their leases end, and they are sent once more
        await().until(() -> count(call, "broker = 'places' and type <> 'INCOMING_CALL' and state = 'SENT'") == 2);
        clock.advance(Duration.ofSeconds(5));
        due.run();
        awaitState(call, bob, "DROPPED");
        assertThat(places.to(bob)).hasSize(3);
    }

    @Test
    void whatIsLateIsSaidAsTheCallStandsThen() {
        mirror.answer(alice, new Outcome.TryLater("connection", null));
        var call = Api.user(port, alice).call(bob);
        await().until(() -> mirror.to(alice).size() == 1);
        Api.user(port, bob).command("reject", call).mustBe(200);
        await().until(() -> mirror.to(alice).size() == 2);
        await().until(() -> count(call, "broker = 'mirror' and state = 'WAITING'") == 2);
        mirror.answer(alice, new Outcome.Delivered(null));
        clock.advance(Duration.ofMinutes(10));
        due.run();
        await().until(() -> count(call, "broker = 'mirror' and state = 'SENT'") == 1);
        assertThat(count(call, "broker = 'mirror' and state = 'DROPPED'")).isOne();
        assertThat(mirror.to(alice)).hasSize(3);
        assertThat(mirror.to(alice).getLast().notice().call().state()).isEqualTo("rejected");
    }

    @Test
    void anotherNodeSaysWhatThisOneWroteDownAndDidNotSend() {
        places.answer(bob, new Outcome.TryLater("connection", null));
        var call = Api.user(port, alice).call(bob);
        awaitState(call, bob, "WAITING");
        jdbc.sql(
                "update delivery set state = 'SENDING', lease = 7, due_at = :then where call_id = :id and broker = 'places'")
                .param("then", Timestamp.from(clock.instant().minusSeconds(1)))
                .param("id", id(call))
                .update();
        places.answer(bob, new Outcome.Delivered(null));
        due.run();
        awaitState(call, bob, "SENT");
    }

    @Test
    void aBrokerThatHangsHoldsUpNobodyElse() throws Exception {
        device(bob, "token-of-the-phone-of-" + bob);
        var latch = places.hang(bob);
        try (var desktop = StompUser.connected(port, bob)) {
            var call = Api.user(port, alice).call(bob);
            desktop.next("incoming_call");
            await().until(() -> phones.to("token-of-the-phone-of-" + bob).size() == 1);
            await().until(() -> mirror.to(alice).size() == 1);
            Api.user(port, bob).command("accept", call).mustBe(200);
            desktop.next("call_answered_elsewhere");
            awaitTypes(places, alice, CALL_ACCEPTED);
            assertThat(places.typesTo(bob)).containsExactly(INCOMING_CALL);
        } finally {
            latch.countDown();
        }
        // in the order in which it happened
        awaitTypes(places, bob, INCOMING_CALL, CALL_ANSWERED_ELSEWHERE);
    }

    @Test
    void aCallThatNobodyHearsAnywhereEnds() {
        places.answer(bob, new Outcome.Unheard("no_subscribers"));
        mirror.answer(alice, new Outcome.Unheard("no_subscribers"));
        var call = Api.user(port, alice).call(bob);
        nobodyComes(call, 2);
        await().untilAsserted(
                () -> assertThat(Api.user(port, alice).read(call).get("reason").asString("")).isEqualTo("unreachable"));
        // the trace is written behind
        await().untilAsserted(() -> assertThat(
                Api.as(port, Tokens.server())
                        .get("/api/call/" + id(call) + "/trace")
                        .mustBe(200)
                        .get("called")
                        .get(0)
                        .get("because")
                        .asString())
                .isEqualTo(
                        "No socket was open, and nobody listened at places (no_subscribers), and no device is registered for pushes."));
    }

    /// After a broker's restart its clients come back later than we do.
    @Test
    void whoeverComesSoonAfterARingHearsIt() {
        places.answer(bob, new Outcome.Unheard("no_subscribers"));
        var call = Api.user(port, alice).call(bob);
        awaitState(call, bob, "WAITING");
        places.answer(bob, new Outcome.Delivered(null));
        clock.advance(Duration.ofSeconds(2));
        due.run();
        awaitState(call, bob, "SENT");
    }

    /// Whoever watches the call there may answer it.
    @Test
    void aCallThatAMirrorShowsRingsOn() {
        places.answer(bob, new Outcome.Unheard("no_subscribers"));
        var call = Api.user(port, alice).call(bob);
        nobodyComes(call, 1);
        awaitState(call, bob, "FAILED");
        await().until(() -> count(call, "broker = 'mirror' and state = 'SENT'") == 1);
        assertThat(Api.user(port, alice).read(call).get("state").asString()).isEqualTo("ringing");
    }

    @Test
    void theTraceShowsWhatWasPublishedAndNotToTheCaller() {
        var call = Api.user(port, alice).call(bob);
        awaitState(call, bob, "SENT");
        // attempts are written after what became of them
        await().until(() -> jdbc
                .sql("select count(*) from delivery_attempt where call_id = :id and channel = 'places'")
                .param("id", id(call))
                .query(Integer.class)
                .single() > 0);
        var path = "/api/call/" + id(call) + "/trace";
        var all = Api.as(port, Tokens.server()).get(path).mustBe(200).get("deliveries");
        var ring = StreamSupport.stream(all.spliterator(), false)
                .filter(d -> d.get("user_id").asString().equals(bob))
                .findFirst()
                .orElseThrow();
        assertThat(ring.get("broker").asString()).isEqualTo("places");
        assertThat(ring.get("attempts").get(0).get("outcome").asString()).isEqualTo("delivered");
        // who has blocked the caller is not told at a broker: its absence must not show
        assertThat(Api.user(port, alice).get(path).mustBe(200).get("deliveries"))
                .allMatch(d -> d.get("user_id").asString().equals(alice));
    }

    @Test
    void theBrokersCredentialsAreTriedLikeTheChannels() {
        var channels = Api.as(port, Tokens.server()).get("/api/push/check").mustBe(200).get("channels");
        assertThat(channels).anyMatch(c -> c.get("channel").asString().equals("places") && c.get("ok").asBoolean());
    }

    /// Also of a call whose called user hears nothing.
    @Test
    void whoIsBlockedIsToldLikeEverybody() {
        Api.user(port, bob).put("/api/blocks/" + alice, "").mustBe(204);
        var call = Api.user(port, alice).call(bob);
        Api.user(port, alice).command("cancel", call).mustBe(200);
        awaitTypes(mirror, alice, CALL_RINGING, CALL_CANCELLED);
        assertThat(places.to(bob)).isEmpty();
    }

    @Test
    void whoIsOnlineIsPushedOnlyWhenNobodySaysThatItRings() throws Exception {
        var calm = "calm-" + bob;
        device(calm, "token-of-the-phone-of-" + calm);
        try (var _ = StompUser.connected(port, calm)) {
            var call = Api.user(port, alice).call(calm);
            await().until(() -> count(call, "code = 'online_first' and state = 'WAITING'") == 1);
            clock.advance(Duration.ofMillis(1_400));
            due.run();
            assertThat(phones.to("token-of-the-phone-of-" + calm)).isEmpty();
            clock.advance(Duration.ofMillis(200));
            due.run();
            await().until(() -> phones.to("token-of-the-phone-of-" + calm).size() == 1);
        }
    }

    @Test
    void whoIsOnlineAndRingsIsNotPushed() throws Exception {
        var calm = "calm-" + bob;
        device(calm, "token-of-the-phone-of-" + calm);
        try (var _ = StompUser.connected(port, calm, "tablet")) {
            var call = Api.user(port, alice).call(calm);
            Api.user(port, calm).command("ringing", call, ",\"device_id\":\"tablet\"").mustBe(204);
            await().until(() -> count(call, "code = 'rings_elsewhere' and state = 'DROPPED'") == 1);
            clock.advance(Duration.ofSeconds(5));
            due.run();
            Api.user(port, calm).command("accept", call, ",\"device_id\":\"tablet\"").mustBe(200);
            assertThat(phones.to("token-of-the-phone-of-" + calm)).isEmpty();
        }
    }

    @Test
    void whoHasNoSocketIsPushedAtOnceWhateverThePolicy() {
        var calm = "calm-" + bob;
        device(calm, "token-of-the-phone-of-" + calm);
        Api.user(port, alice).call(calm);
        await().until(() -> phones.to("token-of-the-phone-of-" + calm).size() == 1);
    }

    private void device(String userId, String token) {
        Api.user(port, userId)
                .post("/api/push/register",
                        "{\"platform\":\"android\",\"token\":\"%s\",\"device_id\":\"phone\"}".formatted(token))
                .mustBe(200);
    }

    /// To the brokers that say that nobody listens, of which there are so many, while they are asked again.
    private void nobodyComes(JsonNode call, int brokers) {
        for (int attempts = 1; attempts <= 3; attempts++) {
            int tried = attempts;
            await().until(() -> count(call,
                    "code = 'no_subscribers' and state = 'WAITING' and attempts = " + tried) == brokers);
            clock.advance(Duration.ofSeconds(6));
            due.run();
        }
    }

    private static void awaitTypes(Scripted broker, String userId, NoticeType... types) {
        await().untilAsserted(() -> assertThat(broker.typesTo(userId)).containsExactly(types));
    }

    /// Of the ring in the called user's place.
    private void awaitState(JsonNode call, String userId, String state) {
        await().until(() -> count(call, "broker = 'places' and user_id = '" + userId
                + "' and type = 'INCOMING_CALL' and state = '" + state + "'") == 1);
    }

    private int count(JsonNode call, String where) {
        return jdbc.sql("select count(*) from delivery where call_id = :id and " + where)
                .param("id", id(call))
                .query(Integer.class)
                .single();
    }

    private static UUID id(JsonNode call) {
        return UUID.fromString(call.get("call_id").asString());
    }
}
