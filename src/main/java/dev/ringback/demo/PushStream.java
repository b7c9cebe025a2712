package dev.ringback.demo;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// One page that is told of pushes, as Server-Sent Events. A thread of its own writes to it: no push waits for a page.
final class PushStream {
    /// A page that is this far behind is dropped; it connects again by itself.
    static final int MOST_WAITING = 64;
    /// Finds out that the page is gone.
    private static final int KEEP_ALIVE_SECONDS = 15;
    private static final long NO_TIMEOUT = 0;

    private final Set<String> tokens;
    private final Consumer<PushStream> ended;
    private final SseEmitter page = new SseEmitter(NO_TIMEOUT);
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread writer = Thread.ofVirtual().name("demo-pushes").unstarted(this::write);

    /// @param ended is told once that nothing more goes to the page
    PushStream(Set<String> tokens, Consumer<PushStream> ended) {
        this.tokens = Set.copyOf(tokens);
        this.ended = ended;
    }

    record Event(String id, PushStreams.Shown push) {}

    SseEmitter start() {
        page.onCompletion(this::end);
        writer.start();
        return page;
    }

    boolean isFor(String token) {
        return tokens.contains(token);
    }

    void tell(Event event) {
        if (!waiting.offer(event)) {
            end();
        }
    }

    /// Ends the writer, also one that is stuck with a page that does not read.
    void end() {
        ended.accept(this);
        writer.interrupt();
    }

    private void write() {
        try {
            // makes the browser take the stream as open
            page.send(SseEmitter.event().comment("open"));
            while (!Thread.currentThread().isInterrupted()) {
                page.send(next());
            }
        } catch (InterruptedException | IOException | IllegalStateException _) {
            // told to end, or the page is gone
        } finally {
            ended.accept(this);
            // also after a failure: Jetty would count the request as under way for ever, and a stop would wait for it
            page.complete();
        }
    }

    private SseEmitter.SseEventBuilder next() throws InterruptedException {
        var event = waiting.poll(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        return event == null
                ? SseEmitter.event().comment("still here")
                : SseEmitter.event().id(event.id()).name("push").data(event.push(), MediaType.APPLICATION_JSON);
    }
}
