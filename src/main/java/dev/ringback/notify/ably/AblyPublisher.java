package dev.ringback.notify.ably;

import com.google.gson.JsonParser;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Publication;
import dev.ringback.notify.Publisher;
import io.ably.lib.rest.AblyRest;
import io.ably.lib.types.AblyException;
import io.ably.lib.types.Message;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Publishes to the users' channels of one app.
final class AblyPublisher implements Publisher {
    /// Under the 64 KiB at which Ably's libraries stop.
    private static final int MAX_BYTES = 60_000;

    private final AblyRest ably;
    private final AblyTokens tokens;

    AblyPublisher(AblyRest ably, AblyTokens tokens) {
        this.ably = ably;
        this.tokens = tokens;
    }

    /// The message's id is the publication's: Ably drops the second one of an id
    /// (ably.com/docs/pub-sub/advanced#idempotency).
    @Override
    public Outcome publish(Publication publication) throws InterruptedException {
        var id = publication.id().toString();
        var channel = AblyNames.channel(publication.notice().recipient());
        try {
            return onItsOwnThread(() -> {
                publish(channel, message(id, publication));
                return new Outcome.Delivered(id);
            });
        } catch (AblyException failure) {
            return AblyErrors.outcome(failure);
        }
    }

    /// The library keeps each channel that it was asked for until it is told to forget it.
    private void publish(String channel, Message message) throws AblyException {
        try {
            ably.channels.get(channel).publish(new Message[]{message});
        } finally {
            ably.channels.release(channel);
        }
    }

    private static Message message(String id, Publication publication) {
        var json = new String(publication.body().json(Map.of(), MAX_BYTES), StandardCharsets.UTF_8);
        var message = new Message(eventName(publication.notice().type()), JsonParser.parseString(json));
        message.id = id;
        return message;
    }

    /// As over STOMP.
    static String eventName(NoticeType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Notifier.Check check() throws InterruptedException {
        try {
            onItsOwnThread(() -> ably.auth.requestToken(tokens.forNobody(), null));
            return new Notifier.Check(true,
                    "Ably gives tokens for this key. Whether the key may publish to user:* only the"
                            + " first event shows.");
        } catch (AblyException failure) {
            return refused(AblyErrors.outcome(failure));
        }
    }

    private static Notifier.Check refused(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Refused(var code) -> new Notifier.Check(false,
                    "Ably refused the key (" + code
                            + ", see ably.com/docs/platform/errors/codes): see ringback.ably.key.");
            case Outcome.TryLater(var code, _) -> new Notifier.Check(false, "Ably did not answer (" + code + ").");
            default -> new Notifier.Check(false, "Ably did not answer.");
        };
    }

    /// The library waits where an interrupt may be lost on the way. So it is waited for here, and interrupted in vain at worst.
    private static <T> T onItsOwnThread(Callable<T> request) throws AblyException, InterruptedException {
        var task = new FutureTask<>(request);
        var thread = Thread.ofVirtual().name("ably").start(task);
        try {
            return task.get();
        } catch (InterruptedException givenUp) {
            thread.interrupt();
            throw givenUp;
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof AblyException answer) {
                throw answer;
            }
            throw new IllegalStateException("Ably's library failed", failure.getCause());
        }
    }
}
