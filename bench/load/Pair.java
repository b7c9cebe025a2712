package load;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// Two users, one of whom calls the other; one call at a time.
record Pair(User caller, User called) {
    private static final int UNAVAILABLE = 503;

    /// One call from its first request to its end, with every answer and event checked.
    ///
    /// The called user's device does at once what its user would take seconds to do: it says that it rings, and accepts.
    ///
    /// @param scheduledAt when the call should have been sent, or the moment itself
    CallTimes call(long scheduledAt) throws IOException, InterruptedException {
        // listens beforehand: the ring is faster than the answer to the caller
        var answer = new FutureTask<>(this::answer);
        Thread.startVirtualThread(answer);
        var initiated = initiateOrGiveUp(answer);
        var callId = Json.member(initiated.body(), "call_id");
        var accepted = mustBe(callId, accepted(answer));
        var ended = end(callId);
        var answered = get(answer);
        mustBe(callId, answered.ring());
        return new CallTimes(scheduledAt, initiated.sentAt(), initiated.answeredAt(), answered.ring().at(),
                answered.acceptSentAt(), accepted.at(), Math.max(ended.answeredAt(), answered.endSeenAt()));
    }

    /// The service has said that it takes no new call right now.
    static final class Refused extends IOException {
        private final long nanos;

        Refused(long nanos) {
            super("refused");
            this.nanos = nanos;
        }

        /// How long it took to say so.
        long nanos() {
            return nanos;
        }
    }

    Http.Answer initiate() throws IOException {
        return caller.post("initiate", "{\"called_id\":\"" + called.id() + "\"}").mustBe(201, "initiate");
    }

    private Http.Answer initiateOrGiveUp(FutureTask<Answered> answer) throws IOException {
        var initiated = caller.post("initiate", "{\"called_id\":\"" + called.id() + "\"}");
        if (initiated.status() == UNAVAILABLE) {
            answer.cancel(true);
            throw new Refused(initiated.answeredAt() - initiated.sentAt());
        }
        return initiated.mustBe(201, "initiate");
    }

    void ringing(String callId) throws IOException {
        called.post("ringing", named(callId, called)).mustBe(204, "ringing");
    }

    Http.Answer accept(String callId) throws IOException {
        var accepted = called.post("accept", named(callId, called)).mustBe(200, "accept");
        Json.member(accepted.body(), "token");
        return accepted;
    }

    Http.Answer end(String callId) throws IOException {
        return caller.post("end", named(callId, caller)).mustBe(200, "end");
    }

    private record Answered(User.Event ring, long acceptSentAt, long endSeenAt) {}

    private Answered answer() throws IOException, InterruptedException {
        var ring = called.await("incoming_call");
        ringing(ring.callId());
        var accepted = accept(ring.callId());
        var ended = mustBe(ring.callId(), called.await("call_ended"));
        return new Answered(ring, accepted.sentAt(), ended.at());
    }

    /// The other side's failure is the reason when nothing comes, and says more.
    private User.Event accepted(FutureTask<Answered> answer) throws IOException, InterruptedException {
        try {
            return caller.await("call_accepted");
        } catch (IOException failure) {
            if (answer.state() == Future.State.FAILED) {
                get(answer);
            }
            throw failure;
        }
    }

    private static String named(String callId, User user) {
        return "{\"call_id\":\"" + callId + "\",\"device_id\":\"" + user.device() + "\"}";
    }

    private static User.Event mustBe(String callId, User.Event event) throws IOException {
        if (!event.callId().equals(callId)) {
            throw new IOException(event.type() + " of call " + event.callId() + " came to call " + callId);
        }
        return event;
    }

    private static Answered get(FutureTask<Answered> answer) throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause().getMessage(), failure.getCause());
        }
    }
}
