package dev.ringback.demo;

import dev.ringback.identity.ConditionalOnDemoMode;
import dev.ringback.notify.InspectedPush;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// The pages that are told of the pushes to their phones.
@Component
@ConditionalOnDemoMode
class PushStreams {
    static final int MOST = 200;

    private final Set<PushStream> open = new HashSet<>();
    private final AtomicLong ids = new AtomicLong();
    private boolean closed;

    /// A push as a page gets it.
    ///
    /// @param behaviour of the phone: how the push was answered
    record Shown(String channel, String platform, String token, Instant at, String method, String url,
            List<InspectedPush.Header> headers, String body, SimulatedPhones.Behaviour behaviour) {
        @Override
        public String toString() {
            return "Shown[" + channel + "]";
        }
    }

    /// Begins to tell of every push to one of these tokens.
    ///
    /// @throws ProblemException when there are too many streams, or the service stops
    synchronized SseEmitter open(Set<String> tokens) {
        if (closed) {
            throw new ProblemException(ProblemCode.UNAVAILABLE);
        }
        if (open.size() >= MOST) {
            throw new ProblemException(ProblemCode.RATE_LIMITED, "Too many pages are open.");
        }
        var stream = new PushStream(tokens, this::ended);
        open.add(stream);
        return stream.start();
    }

    void show(InspectedPush push, SimulatedPhones.Behaviour behaviour) {
        var shown = new Shown(push.channel(), push.platform().word(), push.token(), push.at(), push.method(),
                push.url(),
                push.headers(), push.body(), behaviour);
        var event = new PushStream.Event(Long.toString(ids.incrementAndGet()), shown);
        streams().stream().filter(stream -> stream.isFor(push.token())).forEach(stream -> stream.tell(event));
    }

    /// Before the web server waits for its requests to end: these would not.
    @EventListener(ContextClosedEvent.class)
    void close() {
        synchronized (this) {
            closed = true;
        }
        endAll();
    }

    void endAll() {
        streams().forEach(PushStream::end);
    }

    synchronized int count() {
        return open.size();
    }

    private synchronized List<PushStream> streams() {
        return List.copyOf(open);
    }

    private synchronized void ended(PushStream stream) {
        open.remove(stream);
    }
}
