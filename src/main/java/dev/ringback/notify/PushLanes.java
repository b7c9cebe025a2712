package dev.ringback.notify;

import dev.ringback.device.Platform;
import dev.ringback.identity.ActionTokens;
import dev.ringback.notify.Lane.Carrier;
import dev.ringback.telemetry.CallInHand;
import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/// The lanes of all channels and brokers that are on.
@Component
class PushLanes {
    private final Map<Platform, Lane> channels = new EnumMap<>(Platform.class);
    private final Map<String, Lane> brokers = new HashMap<>();
    private final ActionTokens tokens;
    private final Spans spans;

    PushLanes(Channels channels, Brokers brokers, ActionTokens tokens, Spans spans, Clock clock,
            MeterRegistry metrics) {
        this.tokens = tokens;
        this.spans = spans;
        for (var channel : channels.all()) {
            var notifier = channel.notifier();
            if (notifier != null) {
                var lane = new Lane(channel.name(), channel.concurrency(), channel.timeout(),
                        watched(channel.name(), (job, now) -> notifier.send(push(job, now))), clock, metrics);
                channel.platforms().forEach(platform -> this.channels.put(platform, lane));
            }
        }
        for (var broker : brokers.all()) {
            var publisher = broker.publisher();
            if (publisher != null) {
                this.brokers.put(broker.name(), new Lane(broker.name(), broker.concurrency(), broker.timeout(),
                        watched(broker.name(), (job, now) -> publisher.publish(publication(broker, job, now))), clock,
                        metrics));
            }
        }
    }

    /// The lane of an address that the planner chose, and which is on therefore.
    Lane to(Address address) {
        return Objects.requireNonNull(switch (address) {
            case Address.Token(var token) -> channels.get(token.platform());
            case Address.Place(var broker) -> brokers.get(broker.name());
        }, "the planner chose one that is on");
    }

    /// Finishes what is under way.
    void close() {
        Stream.concat(channels.values().stream().distinct(), brokers.values().stream())
                .parallel()
                .forEach(Lane::close);
    }

    private Carrier watched(String channel, Carrier carrier) {
        return (job, now) -> {
            try (var _ = CallInHand.of(job.delivery().callId()); var span = spans.askFrom(job.origin(), "push")) {
                span.with("channel", channel)
                        .with("type", job.delivery().type().name().toLowerCase(Locale.ROOT))
                        .withCall();
                try {
                    var outcome = carrier.carry(job, now);
                    span.with("outcome", Lane.word(outcome));
                    return outcome;
                } catch (InterruptedException | RuntimeException failure) {
                    span.failed(failure);
                    throw failure;
                }
            }
        };
    }

    private Push push(Job job, Instant now) {
        if (!(job.to() instanceof Address.Token(var token))) {
            throw new IllegalStateException("a push goes to a token");
        }
        var delivery = job.delivery();
        return job.push(token, now, delivery.isRing() && !job.isForeign()
                ? tokens.mint(delivery.callId(), delivery.userId(), delivery.deviceId(), delivery.expiresAt())
                : null);
    }

    private Publication publication(Broker broker, Job job, Instant now) {
        var delivery = job.delivery();
        return job.publication(now, delivery.isRing() && broker.withActionTokens()
                ? tokens.mintForAnswer(delivery.callId(), delivery.userId(), delivery.expiresAt())
                : null);
    }
}
