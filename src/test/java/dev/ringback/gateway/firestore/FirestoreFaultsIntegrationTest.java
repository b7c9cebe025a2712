package dev.ringback.gateway.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.cloud.firestore.Firestore;
import dev.ringback.gateway.firestore.FakeFirestore.Fault;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// A Firestore that is dead, slow, refuses, and comes back.
@IntegrationTest
class FirestoreFaultsIntegrationTest {
    private static final FakeFirestore FIRESTORE = new FakeFirestore();
    private static final Firestore APP = FIRESTORE.app();
    /// A ring over a socket beside the trouble.
    private static final Duration SOON = Duration.ofSeconds(2);

    @LocalServerPort
    private int port;
    @Autowired
    private ClientWrites writes;
    @Autowired
    private FirestoreSettings settings;
    @Autowired
    private MeterRegistry metrics;
    @Autowired
    private JdbcClient jdbc;

    private Mirrored users = new Mirrored(0, APP);

    enum Trouble {
        DOWN, HANGS, EXHAUSTED, SLOW
    }

    @DynamicPropertySource
    static void mirror(DynamicPropertyRegistry settings) {
        FIRESTORE.settings().forEach((name, value) -> settings.add(name, () -> value));
        settings.add("ringback.firestore.listen", () -> "true");
    }

    @BeforeEach
    void newUsers() {
        users = new Mirrored(port, APP);
    }

    @AfterEach
    void heal() {
        FIRESTORE.heal();
    }

    @AfterAll
    static void closeTheApp() throws Exception {
        APP.close();
    }

    @ParameterizedTest
    @EnumSource
    void troubleHoldsUpNobodyAndLosesNothing(Trouble trouble) throws Exception {
        try (var bob = StompUser.connected(port, users.bob)) {
            begin(trouble);
            long began = System.nanoTime();
            var call = users.as(users.alice).call(users.bob);
            bob.next("incoming_call");
            users.as(users.bob).command("accept", call).mustBe(200);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
            users.as(users.alice).command("end", call).mustBe(200);
            if (trouble != Trouble.SLOW) {
                assertThat(users.document(call).exists()).isFalse();
            }
            end(trouble);
            users.awaitState(call, "ended");
        }
    }

    @Test
    void aRefusedWriteIsNotRepeatedAndTheNextChangeMendsIt() {
        // what earlier tests left to be tried again would be refused, too
        await().until(() -> jdbc
                .sql("select count(*) from delivery where due_at is not null and broker = 'firestore'")
                .query(Integer.class)
                .single() == 0);
        FIRESTORE.be(new Fault.Answer(Status.PERMISSION_DENIED));
        double before = refused();
        var call = users.as(users.alice).call(users.bob);
        await().untilAsserted(() -> assertThat(refused()).isEqualTo(before + 1));
        FIRESTORE.heal();
        users.as(users.bob).command("accept", call).mustBe(200);
        users.awaitState(call, "accepted");
    }

    @Test
    void aWordThatComesTooLateIsMended() {
        var call = users.ringing();
        FIRESTORE.be(new Fault.Answer(Status.UNAVAILABLE));
        users.as(users.alice).command("cancel", call).mustBe(200);
        users.write(call, Map.of("state", "accepted", "answered_by", users.bob));
        FIRESTORE.heal();
        users.awaitState(call, "cancelled");
        assertThat(users.as(users.alice).read(call).get("state").asString()).isEqualTo("cancelled");
    }

    @Test
    void ofTwoAnswersTheFirstWins() {
        var call = users.ringing();
        FIRESTORE.be(new Fault.Answer(Status.UNAVAILABLE));
        users.as(users.bob).command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        users.write(call, Map.of("state", "rejected", "answered_by", users.bob));
        FIRESTORE.heal();
        assertThat(users.awaitState(call, "accepted").getString("answered_by_device")).isEqualTo("phone");
    }

    @Test
    void aListenerThatWasRefusedListensAgain() {
        await().until(() -> FIRESTORE.listening() == 1);
        FIRESTORE.refuseListeners(Status.PERMISSION_DENIED);
        var call = users.ringing();
        users.write(call, Map.of("state", "accepted"));
        FIRESTORE.heal();
        users.awaitState(call, "accepted");
    }

    @Test
    void aListenerWhoseConnectionBrokeListensAgain() {
        await().until(() -> FIRESTORE.listening() == 1);
        var call = users.ringing();
        FIRESTORE.goDown();
        users.write(call, Map.of("state", "rejected"));
        FIRESTORE.comeBack();
        users.awaitState(call, "rejected");
    }

    @Test
    void stoppingEndsTheStream() {
        await().until(() -> FIRESTORE.listening() == 1);
        long began = System.nanoTime();
        writes.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
        await().until(() -> FIRESTORE.listening() == 0);
        writes.start();
        await().until(() -> FIRESTORE.listening() == 1);
    }

    @Test
    void theClientIsClosedAlsoWhileFirestoreHangs() throws Exception {
        var database = new FirestoreConfiguration().firestoreDatabase(settings);
        assertThat(database).isNotNull();
        FIRESTORE.be(new Fault.Hang());
        var reading = Thread.ofVirtual().start(() -> {
            try {
                database.read("room");
            } catch (FirestoreFailure | InterruptedException _) {
                // as it must be
            }
        });
        long began = System.nanoTime();
        database.close();
        reading.join(Duration.ofSeconds(5));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void theCheckSaysWhatIsWrong() {
        assertThat(check().get("ok").asBoolean()).isTrue();
        FIRESTORE.be(new Fault.Answer(Status.PERMISSION_DENIED));
        assertThat(check().get("message").asString()).contains("Cloud Datastore User");
        FIRESTORE.be(new Fault.Answer(Status.NOT_FOUND));
        assertThat(check().get("message").asString()).contains("no Firestore database (default)");
    }

    private JsonNode check() {
        var answer = Api.as(port, Tokens.server())
                .get("/api/push/check")
                .mustBe(200);
        return answer.get("channels")
                .valueStream()
                .filter(channel -> channel.get("channel").asString().equals("firestore"))
                .findFirst()
                .orElseThrow();
    }

    private void begin(Trouble trouble) {
        switch (trouble) {
            case DOWN -> FIRESTORE.goDown();
            case HANGS -> FIRESTORE.be(new Fault.Hang());
            case EXHAUSTED -> FIRESTORE.be(new Fault.Answer(Status.RESOURCE_EXHAUSTED));
            case SLOW -> FIRESTORE.be(new Fault.Slow(Duration.ofSeconds(1)));
        }
    }

    private void end(Trouble trouble) {
        if (trouble == Trouble.DOWN) {
            FIRESTORE.comeBack();
        }
        FIRESTORE.heal();
    }

    private double refused() {
        var timer = metrics.find("ringback.push.sends").tags("channel", "firestore", "outcome", "refused").timer();
        return timer == null ? 0 : timer.count();
    }
}
