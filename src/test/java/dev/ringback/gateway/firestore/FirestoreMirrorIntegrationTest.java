package dev.ringback.gateway.firestore;

import static dev.ringback.gateway.firestore.Mirrored.id;
import static dev.ringback.gateway.firestore.Mirrored.room;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Firestore;
import dev.ringback.call.CallCommands;
import dev.ringback.call.Calls;
import dev.ringback.notify.Outcome;
import dev.ringback.support.IntegrationTest;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// Calls in Firestore, and what apps write there, through the client library on both sides.
@IntegrationTest
class FirestoreMirrorIntegrationTest {
    private static final FakeFirestore FIRESTORE = new FakeFirestore();
    private static final Firestore APP = FIRESTORE.app();

    @LocalServerPort
    private int port;
    @Autowired
    private Database database;
    @Autowired
    private CallDocuments documents;
    @Autowired
    private ClientWrites writes;
    @Autowired
    private MeterRegistry metrics;
    @Autowired
    private FirestoreSettings settings;
    @Autowired
    private ObjectProvider<Calls> calls;
    @Autowired
    private ObjectProvider<CallCommands> commands;

    private Mirrored users = new Mirrored(0, APP);

    @DynamicPropertySource
    static void mirror(DynamicPropertyRegistry settings) {
        FIRESTORE.settings().forEach((name, value) -> settings.add(name, () -> value));
        settings.add("ringback.firestore.listen", () -> "true");
    }

    @BeforeEach
    void newUsers() {
        users = new Mirrored(port, APP);
    }

    @AfterAll
    static void closeTheApp() throws Exception {
        APP.close();
    }

    @Test
    void aCallIsADocumentFromItsRingToItsEnd() {
        var call = users.as(users.alice)
                .initiate(
                        "{\"called_id\":\"%s\",\"caller_name\":\"Alice\",\"call_type\":\"audio\",\"custom\":{\"a\":[[1]]}}"
                                .formatted(users.bob));
        var ringing = users.awaitState(call, "ringing");
        assertThat(ringing.getData()).containsEntry("caller_id", users.alice)
                .containsEntry("caller_name", "Alice")
                .containsEntry("called_id", users.bob)
                .containsEntry("called_ids", List.of(users.bob))
                .containsEntry("ringing_ids", List.of(users.bob))
                .containsEntry("room_id", room(call))
                .containsEntry("call_type", "audio")
                .containsEntry("version", 1L)
                .containsEntry("glare", false)
                .containsEntry("custom", "{\"a\":[[1]]}")
                .doesNotContainKeys("reason", "answered_at", "ended_at", "expire_at", "answered_by", "refused");
        assertThat(instant(ringing, "created_at")).isEqualTo(call.get("created_at").asString());
        assertThat(instant(ringing, "expires_at")).isEqualTo(call.get("expires_at").asString());

        users.as(users.bob).command("ringing", call).mustBe(204);
        await().untilAsserted(() -> assertThat(leg(users.document(call))).containsKey("ringing_at"));

        users.as(users.bob).command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        var accepted = users.awaitState(call, "accepted");
        assertThat(accepted.getData()).containsEntry("answered_by", users.bob)
                .containsEntry("answered_by_device", "phone")
                .containsEntry("ringing_ids", List.of())
                .containsKey("answered_at");
        assertThat(leg(accepted)).containsEntry("state", "accepted");

        users.as(users.alice).command("end", call).mustBe(200);
        var ended = users.awaitState(call, "ended");
        assertThat(ended.getString("reason")).isEqualTo("ended");
        assertThat(seconds(ended, "expire_at"))
                .isEqualTo(seconds(ended, "ended_at") + Duration.ofHours(24).toSeconds());
        assertThat(String.valueOf(ended.getData())).doesNotContain(call.get("caller_token").asString())
                .doesNotContain("token");
    }

    @Test
    void aDeclineIsMirroredWithItsReason() {
        var call = users.ringing();
        users.as(users.bob).command("reject", call, ",\"reason\":\"In a meeting\"").mustBe(200);
        var rejected = users.awaitState(call, "rejected");
        assertThat(rejected.getString("reason")).isEqualTo("declined");
        assertThat(rejected.getString("reason_text")).isEqualTo("In a meeting");
    }

    @Test
    void aRedialTakesTheDocumentOfItsRoom() {
        var first = users.ringing();
        users.as(users.alice).command("cancel", first).mustBe(200);
        assertThat(users.awaitState(first, "cancelled").getString("reason")).isEqualTo("caller");

        var second = users.ringing();
        assertThat(room(second)).isEqualTo(room(first));
        assertThat(id(second)).isNotEqualTo(id(first));
        assertThat(users.document(second).getData()).containsEntry("version", 1L)
                .doesNotContainKeys("reason", "ended_at", "expire_at");
    }

    @Test
    void nobodyAnswers() {
        var call = users.as(users.alice)
                .initiate("{\"called_id\":\"%s\",\"ring_timeout\":5}".formatted(users.bob));
        users.awaitState(call, "ringing");
        var over = users.awaitState(call, "cancelled");
        assertThat(over.getString("reason")).isEqualTo("timeout");
        assertThat(leg(over)).containsEntry("state", "missed");
    }

    @Test
    void aGroupCallNamesEachWhomItRings() {
        var call = users.as(users.alice)
                .initiate("{\"called_ids\":[\"%s\",\"%s\"]}".formatted(users.bob, users.carol));
        var ringing = users.awaitState(call, "ringing");
        assertThat(ringing.getData()).containsEntry("called_ids", List.of(users.bob, users.carol))
                .containsEntry("ringing_ids", List.of(users.bob, users.carol))
                .doesNotContainKey("called_id");

        users.write(call, Map.of("state", "rejected", "answered_by", users.bob));
        await().untilAsserted(() -> assertThat(users.awaitState(call, "ringing").get("ringing_ids"))
                .isEqualTo(List.of(users.carol)));
        users.write(call, Map.of("state", "accepted", "answered_by", users.carol));
        assertThat(users.awaitState(call, "accepted").getString("answered_by")).isEqualTo(users.carol);
    }

    @Test
    void whoHasBlockedTheCallerIsNotInTheDocument() {
        users.as(users.bob).put("/api/blocks/" + users.alice, "").mustBe(204);
        var call = users.ringing();
        assertThat(users.document(call).getData()).doesNotContainKey("called_id")
                .containsEntry("called_ids", List.of())
                .containsEntry("ringing_ids", List.of())
                .containsEntry("invitations", List.of());
        users.write(call, Map.of("state", "accepted"));
        users.awaitRefusal(call, "not_a_party");
        users.write(call, Map.of("state", "accepted", "answered_by", users.bob));
        users.awaitState(call, "ringing");
        users.as(users.alice).command("cancel", call).mustBe(200);
        assertThat(users.awaitState(call, "cancelled").getData()).doesNotContainKey("called_id")
                .containsEntry("called_ids", List.of());
    }

    @Test
    void whoWantsToBeLeftAloneIsNamedWhenItIsOver() {
        users.as(users.bob).put("/api/do-not-disturb", "{\"until\":\"2099-01-01T00:00:00Z\"}").mustBe(200);
        var call = users.ringing();
        assertThat(users.document(call).getData()).doesNotContainKey("called_id")
                .containsEntry("called_ids", List.of());
        users.as(users.alice).command("cancel", call).mustBe(200);
        assertThat(users.awaitState(call, "cancelled").getData()).containsEntry("called_id", users.bob)
                .containsEntry("called_ids", List.of(users.bob))
                .containsEntry("ringing_ids", List.of());
    }

    @Test
    void theCalledUserAnswersByWritingTheState() {
        var call = users.ringing();
        users.write(call, Map.of("state", "accepted"));
        assertThat(users.awaitState(call, "accepted").getString("answered_by")).isEqualTo(users.bob);
        var read = users.as(users.alice).read(call);
        assertThat(read.get("state").asString()).isEqualTo("accepted");
        users.as(users.bob).command("token", call).mustBe(200).get("token");
    }

    @Test
    void theDeviceThatAnswersInTheDocumentIsTheWinner() {
        var call = users.ringing();
        users.write(call, Map.of("state", "accepted", "answered_by", users.bob, "answered_by_device", "tablet"));
        assertThat(users.awaitState(call, "accepted").getString("answered_by_device")).isEqualTo("tablet");
        users.as(users.bob).command("accept", call, ",\"device_id\":\"phone\"").mustBe(409, "answered_elsewhere");
        users.as(users.bob).command("accept", call, ",\"device_id\":\"tablet\"").mustBe(200);
    }

    @Test
    void theCalledUserDeclinesByWritingTheState() {
        var call = users.ringing();
        users.write(call, Map.of("state", "rejected", "answered_by", users.bob, "reason", "busy"));
        assertThat(users.awaitState(call, "rejected").getString("reason")).isEqualTo("busy");
        assertThat(users.as(users.alice).read(call).get("state").asString()).isEqualTo("rejected");
    }

    @Test
    void theCallerGivesUpByWritingTheState() {
        var call = users.ringing();
        users.write(call, Map.of("state", "cancelled"));
        assertThat(users.awaitState(call, "cancelled").getString("reason")).isEqualTo("caller");
        assertThat(metrics.get("ringback.firestore.heard")
                .tags("command", "cancel", "outcome", "carried_out")
                .counter()
                .count()).isPositive();
    }

    @Test
    void aStrangersWordChangesNothingAndIsMended() {
        var call = users.ringing();
        var before = users.document(call).getData();
        for (var state : List.of("accepted", "rejected")) {
            users.write(call, Map.of("state", state, "answered_by", "eve"));
            var mended = users.awaitState(call, "ringing");
            assertThat(users.awaitRefusal(call, "not_a_party").getData()).containsAllEntriesOf(before);
            assertThat(mended.get("refused.state")).isEqualTo(state);
        }
        users.write(call, Map.of("state", "accepted", "answered_by", users.alice));
        users.awaitState(call, "ringing");
        assertThat(users.as(users.alice).read(call).get("state").asString()).isEqualTo("ringing");
    }

    static Stream<Arguments> garbage() {
        return Stream.of(
                Arguments.of(Map.of("answered_by", 42), "invalid_request"),
                Arguments.of(Map.of("answered_by", List.of("a", "b")), "invalid_request"),
                Arguments.of(Map.of("answered_by", " \n"), "invalid_request"),
                Arguments.of(Map.of("answered_by", "x".repeat(5000)), "invalid_request"),
                Arguments.of(Map.of("answered_by_device", Map.of("a", 1)), "invalid_request"),
                Arguments.of(Map.of("answered_by_device", "\u0000"), "invalid_request"),
                Arguments.of(Map.of("reason", true, "state", "rejected"), "invalid_request"),
                Arguments.of(Map.of("reason", "x".repeat(201), "state", "rejected"), "invalid_request"));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void whatCannotBeReadChangesNothingAndIsMended(Map<String, Object> fields, String code) {
        var call = users.ringing();
        var before = users.document(call).getData();
        users.write(call, with(Map.of("state", "accepted"), fields));
        users.awaitState(call, "ringing");
        assertThat(users.awaitRefusal(call, code).getData()).containsAllEntriesOf(before);
        assertThat(users.as(users.alice).read(call).get("version").asInt()).isEqualTo(1);
    }

    @Test
    void aDocumentThatNamesAnotherCallActsOnNone() {
        var call = users.ringing();
        var others = new Mirrored(port, APP);
        var theirs = others.ringing();
        users.write(call, Map.of("state", "rejected", "answered_by", others.bob, "call_id", id(theirs)));
        await().untilAsserted(() -> assertThat(counted("reject", "refused")).isPositive());
        assertThat(others.as(others.alice).read(theirs).get("state").asString()).isEqualTo("ringing");
        users.as(users.bob).command("ringing", call).mustBe(204);
        users.awaitState(call, "ringing");
    }

    @Test
    void whatIsForgedIsOverwrittenByTheNextChange() {
        var call = users.ringing();
        users.write(call, Map.of("version", 9_999, "state", "ended", "caller_id", "eve", "call_id",
                "ffffffff-ffff-7fff-bfff-ffffffffffff"));
        users.as(users.bob).command("accept", call).mustBe(200);
        assertThat(users.awaitState(call, "accepted").getData()).containsEntry("version", 2L)
                .containsEntry("caller_id", users.alice);
    }

    @Test
    void whatWasWrittenWhileNobodyListenedIsHeardAtTheStart() {
        var call = users.ringing();
        writes.stop();
        try {
            await().until(() -> FIRESTORE.listening() == 0);
            users.write(call, Map.of("state", "accepted"));
        } finally {
            writes.start();
        }
        users.awaitState(call, "accepted");
        assertThat(users.as(users.alice).read(call).get("state").asString()).isEqualTo("accepted");
    }

    @Test
    void twoNodesThatListenHearAWordOnce() {
        await().until(() -> FIRESTORE.listening() == 1);
        var configuration = new FirestoreConfiguration();
        try (var database = Objects.requireNonNull(configuration.firestoreDatabase(settings))) {
            var words = new ClientWords(calls, commands, metrics);
            var other = new ClientWrites(database, new CallDocuments(database, calls, words, settings.keepFor()));
            other.start();
            await().until(() -> FIRESTORE.listening() == 2);
            var call = users.ringing();
            double before = counted("accept", "carried_out");
            users.write(call, Map.of("state", "accepted", "answered_by", users.bob, "answered_by_device", "tablet"));
            assertThat(users.awaitState(call, "accepted").getData()).containsEntry("version", 2L)
                    .doesNotContainKey("refused");
            await().untilAsserted(() -> assertThat(counted("accept", "carried_out")).isGreaterThan(before));
            assertThat(users.as(users.alice).read(call).get("version").asInt()).isEqualTo(2);
            other.stop();
        }
    }

    @Test
    void noDocumentGoesBackHoweverManyWriteIt() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        var call = users.ringing();
        var registration = APP.collection("calls").document(room(call)).addSnapshotListener((document, _) -> {
            if (document != null && document.exists()) {
                seen.add(document.getString("call_id") + "%05d".formatted(document.getLong("version")));
            }
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = IntStream.range(0, 8).<Callable<Void>>mapToObj(_ -> () -> {
                for (int i = 0; i < 40; i++) {
                    documents.bring(room(call), UUID.fromString(id(call)), i % 3 == 0);
                }
                return null;
            }).map(threads::submit).toList();
            users.as(users.bob).command("ringing", call).mustBe(204);
            users.as(users.bob).command("accept", call).mustBe(200);
            users.as(users.alice).command("invite", call, ",\"user_ids\":[\"%s\"]".formatted(users.carol)).mustBe(200);
            users.as(users.carol).command("reject", call).mustBe(200);
            users.as(users.alice).command("end", call).mustBe(200);
            for (var writer : writers) {
                writer.get();
            }
        }
        var last = users.awaitState(call, "ended");
        await().untilAsserted(
                () -> assertThat(seen).last().isEqualTo(id(call) + "%05d".formatted(last.getLong("version"))));
        registration.remove();
        assertThat(seen).isSorted();
    }

    @Test
    void anOvertakenChangeIsNotWritten() throws Exception {
        var call = users.ringing();
        var before = users.document(call).getUpdateTime();
        documents.bring(room(call), UUID.fromString(id(call)), false);
        assertThat(users.document(call).getUpdateTime()).isEqualTo(before);
    }

    @Test
    void whoIsNotHeardIsOverwritten() throws Exception {
        var call = users.ringing();
        writes.stop();
        try {
            await().until(() -> FIRESTORE.listening() == 0);
            users.write(call, Map.of("state", "accepted", "answered_by", users.bob));
            var deaf = new CallDocuments(database, calls, null, settings.keepFor());
            assertThat(deaf.bring(room(call), null, false)).isInstanceOf(Outcome.Delivered.class);
        } finally {
            writes.start();
        }
        assertThat(users.awaitState(call, "ringing").getData()).doesNotContainKeys("answered_by", "refused");
        assertThat(users.as(users.alice).read(call).get("state").asString()).isEqualTo("ringing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", ".", "..", "__a__", " "})
    void aRoomWhoseNameIsNoDocumentsIsRefused(String room) throws Exception {
        assertThat(documents.bring(room, UUID.randomUUID(), true)).isEqualTo(new Outcome.Refused("room_id"));
    }

    private double counted(String command, String outcome) {
        var counter = metrics.find("ringback.firestore.heard").tags("command", command, "outcome", outcome).counter();
        return counter == null ? 0 : counter.count();
    }

    private static Map<String, Object> with(Map<String, Object> fields, Map<String, Object> more) {
        var all = new HashMap<>(fields);
        all.putAll(more);
        return all;
    }

    private static String instant(DocumentSnapshot document, String field) {
        return time(document, field).toString();
    }

    private static Instant time(DocumentSnapshot document, String field) {
        return Objects.requireNonNull(document.getTimestamp(field)).toSqlTimestamp().toInstant();
    }

    private static long seconds(DocumentSnapshot document, String field) {
        return ((Timestamp) Objects.requireNonNull(document.get(field))).getSeconds();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> leg(DocumentSnapshot document) {
        return ((List<Map<String, Object>>) Objects.requireNonNull(document.get("invitations"))).getFirst();
    }
}
