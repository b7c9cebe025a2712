package dev.ringback.notify;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Deliveries.Rung;
import dev.ringback.notify.Delivery.Device;
import dev.ringback.notify.Delivery.Planned;
import dev.ringback.notify.Delivery.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides which devices are pushed what: a pure function of notices and tokens.
final class PushPlanner {
    /// Time for the node that planned it to send it, and for others to find out that it did not.
    static final Duration LEASE = Duration.ofSeconds(5);
    /// Why a delivery waits: its user may hear it over a socket of any device.
    static final String ONLINE_FIRST = "online_first";
    private static final Duration STOP_COUNTS_FOR = Duration.ofMinutes(2);
    static final Duration MISSED_COUNTS_FOR = Duration.ofHours(24);

    private final Channels channels;
    private final DeliverySettings settings;

    PushPlanner(Channels channels, DeliverySettings settings) {
        this.channels = channels;
        this.settings = settings;
    }

    /// Each device of the called users once, by its best token.
    ///
    /// @param connected devices that hear it over their socket: pushed only if they do not acknowledge in time, since a
    ///        socket can look alive for a while after its phone has gone to sleep
    List<Planned> rings(List<Notice> rings, List<PushToken> tokens, Set<Device> connected, Instant now) {
        return rings.stream().flatMap(ring -> byDevice(ring, tokens).entrySet().stream().map(device -> {
            var delivery = delivery(ring, device.getKey(), ring.expiresAt(), now);
            var carrying = channels.carrying(ring.type(), device.getValue());
            if (carrying.isEmpty()) {
                return new Planned(delivery, ring, State.FAILED, "channel_off", null, Address.of(device.getValue()));
            }
            if (ring.foreign() == null && settings.policyOf(ring.recipient()) == DeliveryPolicy.ONLINE_FIRST) {
                // whether anybody is online shows when the sockets are told; if this node dies before, it is pushed then
                return new Planned(delivery, ring, State.WAITING, ONLINE_FIRST, now.plus(settings.escalateAfter()),
                        Address.of(carrying));
            }
            return connected.contains(device.getKey())
                    ? new Planned(delivery, ring, State.WAITING, "on_socket", now.plus(settings.repeatAfter()),
                            Address.of(carrying))
                    : new Planned(delivery, ring, State.SENDING, null, now.plus(LEASE), Address.of(carrying));
        })).toList();
    }

    /// Every device that rang, or may have: stop, and say what became of the call.
    ///
    /// @param except the device that answered: it knows
    List<Planned> stops(List<Notice> stops, List<Rung> rung, List<PushToken> tokens, @Nullable String except,
            Set<Device> connected, Instant now) {
        return stops.stream()
                .flatMap(stop -> byDevice(stop, tokens).entrySet()
                        .stream()
                        .filter(device -> !device.getKey().deviceId().equals(except))
                        .filter(device -> rung.stream().anyMatch(r -> needs(r, device.getKey(), stop, connected)))
                        .flatMap(device -> stop(stop, device.getKey(), device.getValue(), now)))
                .toList();
    }

    /// Every device of users who were left alone while the call rang, but for those that hear it over their socket.
    List<Planned> missed(List<Notice> missed, List<PushToken> tokens, Set<Device> connected, Instant now) {
        return missed.stream()
                .flatMap(notice -> byDevice(notice, tokens).entrySet()
                        .stream()
                        .filter(device -> !connected.contains(device.getKey()))
                        .flatMap(device -> stop(notice, device.getKey(), device.getValue(), now)))
                .toList();
    }

    private Stream<Planned> stop(Notice stop, Device device, List<PushToken> tokens, Instant now) {
        var carrying = channels.carrying(stop.type(), tokens);
        return carrying.isEmpty()
                ? Stream.empty()
                : Stream.of(new Planned(delivery(stop, device, worthUntil(stop, now), now), stop, State.SENDING, null,
                        now.plus(LEASE), Address.of(carrying)));
    }

    /// After this, telling it is worth nothing.
    static Instant worthUntil(Notice notice, Instant now) {
        return switch (notice.type()) {
            case INCOMING_CALL -> notice.expiresAt();
            case CALL_MISSED -> now.plus(MISSED_COUNTS_FOR);
            default -> now.plus(STOP_COUNTS_FOR);
        };
    }

    private static boolean needs(Rung rung, Device device, Notice stop, Set<Device> connected) {
        if (!rung.userId().equals(device.userId()) || !rung.deviceId().equals(device.deviceId())) {
            return false;
        }
        // of an attempt that failed, the answer may be all that was lost
        boolean mayHaveBeenPushed = rung.before() == State.SENDING || rung.attempts() > 0;
        boolean rangOverALostSocket = rung.rings() && !connected.contains(device);
        boolean couldNotBeRung = rung.before() == State.FAILED && stop.type() == NoticeType.CALL_MISSED;
        return mayHaveBeenPushed || rangOverALostSocket || couldNotBeRung;
    }

    private static Map<Device, List<PushToken>> byDevice(Notice notice, List<PushToken> tokens) {
        return tokens.stream()
                .filter(token -> token.userId().equals(notice.recipient()))
                .collect(Collectors.groupingBy(
                        token -> new Device(notice.call().callId(), token.userId(), token.deviceId())));
    }

    private static Delivery delivery(Notice notice, Device device, Instant expiresAt, Instant now) {
        return new Delivery(UuidCreator.getTimeOrderedEpoch(), device.callId(), device.userId(), device.deviceId(),
                null, notice.type(), notice.reason(), 0, 0, Deliveries.FIRST_LEASE, now, expiresAt);
    }
}
