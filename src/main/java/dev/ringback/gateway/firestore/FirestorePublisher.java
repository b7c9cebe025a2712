package dev.ringback.gateway.firestore;

import dev.ringback.notify.Notifier.Check;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Publication;
import dev.ringback.notify.Publisher;

/// A change of a call becomes its room's document. What is written is the call as it stands when it is written, so that a
/// change that is overtaken costs a read and no write.
final class FirestorePublisher implements Publisher {
    private final CallDocuments documents;

    FirestorePublisher(CallDocuments documents) {
        this.documents = documents;
    }

    @Override
    public Outcome publish(Publication publication) throws InterruptedException {
        var call = publication.notice().call();
        var roomId = call.roomId();
        // a call that ended before it had a room rang nobody
        return roomId == null
                ? new Outcome.Delivered(null)
                : documents.bring(roomId, call.callId(), call.version() == 1);
    }

    @Override
    public Check check() throws InterruptedException {
        try {
            documents.check();
            return new Check(true, "Firestore answers for " + documents.name() + ".");
        } catch (FirestoreFailure failure) {
            return new Check(false, documents.inWords(failure));
        }
    }
}
