package dev.ringback.gateway.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.api.core.ApiFuture;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.Query;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallSnapshot.Invited;
import dev.ringback.call.CallState;
import dev.ringback.call.CallType;
import dev.ringback.call.InvitationState;
import dev.ringback.call.Silence;
import dev.ringback.call.TokenDelivery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// The rules that are shipped, as Google's emulator understands them, on the documents that Ringback writes.
@EnabledIf(value = FirestoreEmulator.IS_THERE, disabledReason = "no emulator: apt-get install google-cloud-cli-firestore-emulator")
class FirestoreRulesTests {
    private static FirestoreEmulator emulator;
    private static Database ringback;
    private static Firestore alice;
    private static Firestore bob;
    private static Firestore carol;
    private static Firestore eve;
    private static Firestore nobody;

    @BeforeAll
    static void start() throws IOException {
        emulator = new FirestoreEmulator(Path.of("docs/channels/firestore.rules"));
        ringback = new Database(emulator.owner(), "calls");
        alice = emulator.app("alice");
        bob = emulator.app("bob");
        carol = emulator.app("carol");
        eve = emulator.app("eve");
        nobody = emulator.app(null);
    }

    @AfterAll
    static void stop() throws Exception {
        for (var app : List.of(alice, bob, carol, eve, nobody)) {
            app.close();
        }
        ringback.close();
        emulator.close();
    }

    @Test
    void onlyPartiesRead() throws Exception {
        var room = written(call(CallState.RINGING, ringing("bob")));
        allowed(document(alice, room).get());
        allowed(document(bob, room).get());
        denied(document(eve, room).get());
        denied(document(nobody, room).get());
    }

    @Test
    void aQueryMustAskForOnesOwnCalls() throws Exception {
        written(call(CallState.RINGING, ringing("bob")));
        for (var query : List.<Function<Firestore, Query>>of(
                app -> calls(app).whereEqualTo("called_id", "bob"),
                app -> calls(app).whereEqualTo("called_id", "bob").whereEqualTo("state", "ringing"),
                app -> calls(app).whereArrayContains("called_ids", "bob"),
                app -> calls(app).whereArrayContains("ringing_ids", "bob"))) {
            assertThat(FakeFirestore.done(query.apply(bob).get()).getDocuments()).isNotEmpty();
            denied(query.apply(eve).get());
            denied(query.apply(nobody).get());
        }
        allowed(calls(alice).whereEqualTo("caller_id", "alice").get());
        denied(calls(alice).get());
        denied(calls(eve).whereEqualTo("caller_id", "alice").get());
        denied(calls(eve).whereEqualTo("state", "ringing").get());
    }

    @Test
    void theCalledUserAnswers() throws Exception {
        for (var fields : List.<Map<String, Object>>of(Map.of("state", "accepted"), Map.of("state", "rejected"),
                Map.of("state", "accepted", "answered_by", "bob"),
                Map.of("state", "accepted", "answered_by", "bob", "answered_by_device", "phone"),
                Map.of("state", "rejected", "reason", "busy"))) {
            allowed(document(bob, written(call(CallState.RINGING, ringing("bob")))).update(fields));
        }
    }

    @Test
    void nobodyElseAnswers() throws Exception {
        var room = written(call(CallState.RINGING, ringing("bob")));
        for (var app : List.of(alice, carol, eve, nobody)) {
            for (var state : List.of("accepted", "rejected")) {
                denied(document(app, room).update("state", state));
                denied(document(app, room).update(Map.of("state", state, "answered_by", "bob")));
                denied(document(app, room).update(Map.of("state", state, "answered_by", "eve")));
            }
        }
    }

    @Test
    void anAnswerChangesNothingElse() throws Exception {
        var room = written(call(CallState.RINGING, ringing("bob")));
        for (var more : List.<Map<String, Object>>of(Map.of("answered_by", "carol"), Map.of("answered_by", 42),
                Map.of("caller_id", "bob"), Map.of("called_ids", List.of("bob", "eve")), Map.of("version", 7),
                Map.of("ringback_state", "accepted"), Map.of("call_id", "x"), Map.of("anything", 1),
                Map.of("answered_by_device", 5), Map.of("answered_by_device", "x".repeat(129)),
                Map.of("reason", "x".repeat(201)), Map.of("state", "ended"), Map.of("state", "cancelled"),
                Map.of("state", 1))) {
            var fields = new HashMap<String, Object>(Map.of("state", "accepted"));
            fields.putAll(more);
            denied(document(bob, room).update(fields));
        }
        denied(document(bob, room).update("reason", "x"));
    }

    @Test
    void onlyWhatRingsIsAnswered() throws Exception {
        for (var over : List.of(call(CallState.ACCEPTED, leg("bob", InvitationState.ACCEPTED, null)),
                call(CallState.CANCELLED, leg("bob", InvitationState.MISSED, null)),
                call(CallState.RINGING, Instant.now().minusSeconds(1), ringing("bob")))) {
            var room = written(over);
            denied(document(bob, room).update("state", "accepted"));
            denied(document(alice, room).update("state", "cancelled"));
        }
        var room = written(call(CallState.RINGING, ringing("bob")));
        allowed(document(bob, room).update("state", "rejected"));
        denied(document(bob, room).update("state", "accepted"));
        denied(document(alice, room).update("state", "cancelled"));
    }

    @Test
    void theCallerGivesUpAndDoesNothingElse() throws Exception {
        var room = written(call(CallState.RINGING, ringing("bob")));
        denied(document(alice, room).update(Map.of("state", "cancelled", "reason", "x")));
        denied(document(alice, room).update("caller_name", "Bob's bank"));
        denied(document(eve, room).update("state", "cancelled"));
        allowed(document(alice, room).update("state", "cancelled"));
    }

    @Test
    void inAGroupOneSaysWhoOneIs() throws Exception {
        var room = written(call(CallState.RINGING, ringing("bob"), ringing("carol")));
        denied(document(bob, room).update("state", "accepted"));
        denied(document(bob, room).update(Map.of("state", "accepted", "answered_by", "carol")));
        allowed(document(bob, room).update(Map.of("state", "accepted", "answered_by", "bob")));
        allowed(document(carol, room).get());
    }

    @Test
    void whoHasBlockedTheCallerSeesNothing() throws Exception {
        var room = written(call(CallState.RINGING, leg("bob", InvitationState.RINGING, Silence.BLOCKED)));
        denied(document(bob, room).get());
        denied(document(bob, room).update("state", "accepted"));
        allowed(document(alice, room).get());
    }

    @Test
    void documentsComeAndGoWithCalls() throws Exception {
        var room = written(call(CallState.RINGING, ringing("bob")));
        denied(document(alice, "made-up").create(Map.of("caller_id", "alice", "called_ids", List.of("bob"))));
        denied(document(alice, room).delete());
        denied(document(bob, room).delete());
    }

    /// What the mirror is built on, by Google's own word.
    @Test
    void aDocumentThatChangedIsNotOverwrittenAndAWordIsFoundByTheQuery() throws Exception {
        var call = call(CallState.RINGING, ringing("bob"));
        var room = written(call);
        var document = CallDocument.of(call, Duration.ofHours(24));
        var words = new CopyOnWriteArrayList<String>();
        var registration = ringback.listen(ClientWord.STATES, (found, _) -> {
            if (found != null) {
                found.getDocuments().forEach(word -> words.add(word.getId() + ClientWord.in(word).isPresent()));
            }
        });
        var before = ringback.read(room).orElseThrow();
        assertThat(document.isWrittenIn(before)).isTrue();
        allowed(document(bob, room).update("state", "accepted"));
        await().until(() -> words.contains(room + "true"));
        registration.remove();
        assertThatThrownBy(() -> ringback.update(before, document.changes(null)))
                .isInstanceOfSatisfying(FirestoreFailure.class,
                        failure -> assertThat(failure.isChangedMeanwhile(true)).isTrue());
        assertThatThrownBy(() -> ringback.create(room, document.fields()))
                .isInstanceOfSatisfying(FirestoreFailure.class,
                        failure -> assertThat(failure.isChangedMeanwhile(false)).isTrue());
        ringback.update(ringback.read(room).orElseThrow(), document.changes(Map.of("code", "call_not_active")));
        var mended = ringback.read(room).orElseThrow();
        assertThat(document.isWrittenIn(mended)).isTrue();
        assertThat(mended.get("refused.code")).isEqualTo("call_not_active");
    }

    private static String written(CallSnapshot call) throws Exception {
        var room = Objects.requireNonNull(call.roomId());
        ringback.create(room, CallDocument.of(call, Duration.ofHours(24)).fields());
        return room;
    }

    private static Query calls(Firestore app) {
        return app.collection("calls");
    }

    private static DocumentReference document(Firestore app, String room) {
        return app.collection("calls").document(room);
    }

    private static void allowed(ApiFuture<?> request) {
        assertThatCode(request::get).doesNotThrowAnyException();
    }

    private static void denied(ApiFuture<?> request) {
        assertThatThrownBy(request::get).hasMessageContaining("PERMISSION_DENIED");
    }

    private static CallSnapshot call(CallState state, Invited... legs) {
        return call(state, Instant.now().plusSeconds(45), legs);
    }

    private static CallSnapshot call(CallState state, Instant expiresAt, Invited... legs) {
        return new CallSnapshot(UUID.randomUUID(), "room-" + UUID.randomUUID(), state, null, null, 1, CallType.VIDEO,
                "alice", "Alice", legs.length == 1 ? legs[0].userId() : null, List.copyOf(Stream.of(legs).toList()),
                Instant.now(), expiresAt, null, null, null, TokenDelivery.ON_ACCEPT, false, null);
    }

    private static Invited ringing(String userId) {
        return leg(userId, InvitationState.RINGING, null);
    }

    private static Invited leg(String userId, InvitationState state, @Nullable Silence silence) {
        return new Invited(userId, state, null, null, Instant.now().plusSeconds(45), null, false, List.of(), silence);
    }
}
