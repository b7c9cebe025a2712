package dev.ringback.gateway.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.Calls;
import dev.ringback.gateway.firestore.ClientWords.Heard;
import dev.ringback.notify.Outcome;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;

/// Brings documents up to what the calls in the database are.
final class CallDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(CallDocuments.class);
    /// So often others may come in between. More says that something is wrong, and waiting helps more than going on.
    private static final int ATTEMPTS = 5;
    /// Firestore's limit for a document's id, in bytes, is above what an id in Ringback can have.
    private static final int LONGEST_ID = 128;

    private final Database database;
    private final ObjectProvider<Calls> calls;
    private final @Nullable ClientWords words;
    private final Duration keepFor;

    /// @param words carries out what clients write; null when they are not heard, and what they write is overwritten
    CallDocuments(Database database, ObjectProvider<Calls> calls, @Nullable ClientWords words, Duration keepFor) {
        this.database = database;
        this.calls = calls;
        this.words = words;
        this.keepFor = keepFor;
    }

    /// Writes into a room's document what its newest call is now, unless it says so already. What a client has written there
    /// and nobody has heard yet is carried out first.
    ///
    /// @param callId of a call in that room, if one is known; the document may name another one
    /// @param isNew whether there is probably no document yet: saves a read
    Outcome bring(String roomId, @Nullable UUID callId, boolean isNew) throws InterruptedException {
        if (!canBeDocument(roomId)) {
            return new Outcome.Refused("room_id");
        }
        try {
            var found = isNew ? Optional.<DocumentSnapshot>empty() : database.read(roomId);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                var outcome = bring(roomId, callId, found);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
                found = database.read(roomId);
            }
            return new Outcome.TryLater("contention", null);
        } catch (FirestoreFailure failure) {
            return failure.outcome();
        }
    }

    /// Whether requests are answered, and by this project's database.
    ///
    /// @throws FirestoreFailure when not
    void check() throws FirestoreFailure, InterruptedException {
        database.read("ringback-check");
    }

    String inWords(FirestoreFailure failure) {
        return failure.words(database.projectId(), database.databaseId());
    }

    String name() {
        return "database " + database.databaseId() + " of project " + database.projectId();
    }

    /// @return empty when the document is no longer the one that was found
    private Optional<Outcome> bring(String roomId, @Nullable UUID callId, Optional<DocumentSnapshot> found)
            throws FirestoreFailure, InterruptedException {
        Map<String, Object> refused = null;
        var word = found.flatMap(ClientWord::in);
        if (words != null && word.isPresent()) {
            switch (words.hear(word.get(), roomId)) {
                case Heard.CarriedOut _ -> {
                }
                case Heard.Refused(var code) -> {
                    LOG.debug("What a client wrote into the document of call {} is refused: {}", word.get().callId(),
                            code);
                    refused = Map.of("state", word.get().state(), "code", code);
                }
                case Heard.NotNow(var code) -> {
                    return Optional.of(new Outcome.TryLater(code, null));
                }
            }
        }
        // read after the document: what another node has written into it is in the database by now
        var call = newest(roomId, callId, found);
        if (call.isEmpty()) {
            return Optional.of(new Outcome.Delivered(null));
        }
        var document = CallDocument.of(call.get(), keepFor);
        if (refused == null && found.filter(document::isWrittenIn).isPresent()) {
            return Optional.of(new Outcome.Delivered(null));
        }
        try {
            var written = found.isPresent()
                    ? database.update(found.get(), document.changes(refused))
                    : database.create(roomId, document.fields());
            return Optional.of(new Outcome.Delivered(written.toString()));
        } catch (FirestoreFailure failure) {
            if (failure.isChangedMeanwhile(found.isPresent())) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /// A re-dial uses the room of an earlier call, and so its document: of those that are known the later call is the one.
    /// What a document names counts only if the database knows it.
    private Optional<CallSnapshot> newest(String roomId, @Nullable UUID callId, Optional<DocumentSnapshot> found) {
        var named = found.map(document -> ClientWord.callId(document.get(CallDocument.CALL_ID))).orElse(null);
        List<UUID> known = Stream.of(Optional.ofNullable(callId), Optional.ofNullable(named))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        return calls.getObject()
                .all(known)
                .stream()
                .filter(call -> roomId.equals(call.roomId()))
                .max(Comparator.comparing(CallSnapshot::createdAt).thenComparing(CallSnapshot::callId));
    }

    private static boolean canBeDocument(String roomId) {
        return !roomId.isBlank() && roomId.length() <= LONGEST_ID && roomId.indexOf('/') < 0
                && !roomId.equals(".") && !roomId.equals("..")
                && !(roomId.startsWith("__") && roomId.endsWith("__"));
    }
}
