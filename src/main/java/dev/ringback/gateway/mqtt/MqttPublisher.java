package dev.ringback.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Publication;
import dev.ringback.notify.Publisher;
import java.util.Locale;
import java.util.Map;

/// Tells users what happens to their calls, each in topics of its own.
///
/// Its connection has no session: what was under way when it broke is forgotten by broker and client, so that no ring goes
/// out again behind its deadline. Whoever gave it to us gives it again.
final class MqttPublisher implements Publisher, AutoCloseable {
    /// More than an event ever needs; what brokers take unless told otherwise is more.
    private static final int MAX_BYTES = 64 * 1024;

    private final BrokerAddress address;
    private final Link events;
    private final Link responses;

    MqttPublisher(BrokerAddress address, Link events, Link responses) {
        this.address = address;
        this.events = events;
        this.responses = responses;
    }

    @Override
    public Outcome publish(Publication publication) throws InterruptedException {
        var notice = publication.notice();
        return events.publish(
                new Message(Topics.of(notice.recipient(), notice.type().name().toLowerCase(Locale.ROOT)),
                        json(publication), publication.timeLeft()));
    }

    private static String json(Publication publication) {
        return new String(publication.body().json(Map.of(), MAX_BYTES), UTF_8);
    }

    @Override
    public Notifier.Check check() {
        return events.trouble()
                .map(trouble -> new Notifier.Check(false, "No connection to " + address + ": " + trouble + "."))
                .or(() -> responses.trouble()
                        .map(trouble -> new Notifier.Check(false,
                                "Events go out, but answers are not heard: " + trouble + ".")))
                .orElseGet(() -> new Notifier.Check(true,
                        "Connected to " + address
                                + ", and subscribed to the answers. Whether the account may publish to "
                                + "users/# shows with the first event."));
    }

    @Override
    public void close() {
        events.close();
    }
}
