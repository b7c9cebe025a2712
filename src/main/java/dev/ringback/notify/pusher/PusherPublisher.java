package dev.ringback.notify.pusher;

import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Publication;
import dev.ringback.notify.Publisher;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/// Publishes to the private channels of one app.
final class PusherPublisher implements Publisher, AutoCloseable {
    /// Of the event's data: docs.bird.com/pusher/channels/channels/limits.
    private static final int MAX_BYTES = 10_000;

    private final PusherApp app;
    private final PusherClient client;

    PusherPublisher(PusherApp app, PusherClient client) {
        this.app = app;
        this.client = client;
    }

    @Override
    public Outcome publish(Publication publication) throws InterruptedException {
        var notice = publication.notice();
        var event = app.event(ChannelName.of(notice.recipient()), eventName(notice.type()),
                publication.body().json(Map.of(), MAX_BYTES));
        try {
            var answer = client.send(event);
            return PusherErrors.outcome(answer.code(), answer.header("Retry-After"));
        } catch (ExecutionException failure) {
            return PusherErrors.outcome(failure.getCause());
        }
    }

    /// `incoming-call` and so on.
    static String eventName(NoticeType type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Notifier.Check check() throws InterruptedException {
        try {
            var status = client.send(app.question()).code();
            return status == 200
                    ? new Notifier.Check(true, "The server takes what the app " + app + " signs.")
                    : new Notifier.Check(false, "The server answered HTTP " + status + ". " + advice(status));
        } catch (ExecutionException _) {
            return new Notifier.Check(false, "The server could not be reached: see ringback.pusher.cluster or host.");
        }
    }

    private static String advice(int status) {
        return switch (status) {
            case 401 ->
                "See ringback.pusher.key and secret, and this machine's clock: ten minutes off are too many.";
            case 403 -> "The app is disabled or over its quota.";
            case 404 -> "See ringback.pusher.app-id, and cluster or host.";
            default -> "Try again.";
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
