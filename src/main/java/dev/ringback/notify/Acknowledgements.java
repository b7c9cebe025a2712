package dev.ringback.notify;

import dev.ringback.call.DeviceRings;
import dev.ringback.database.BatchWriter;
import dev.ringback.device.Devices;
import dev.ringback.notify.Deliveries.Acknowledged;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Remembers which devices said that they ring, and whose app is awake and was told what rings, so that they are left alone.
/// Written behind: one that is lost costs a push that the device drops.
@Component
class Acknowledgements {
    private static final Duration COLLECTED_FOR = Duration.ofMillis(100);

    private final BatchWriter<Acknowledged> writer;

    Acknowledgements(Deliveries deliveries, Devices devices, DeliverySettings settings, Clock clock) {
        boolean spares = settings.uses(DeliveryPolicy.ONLINE_FIRST);
        this.writer = new BatchWriter<>("acknowledgements", COLLECTED_FOR, rings -> {
            deliveries.acknowledge(rings, clock.instant());
            if (spares) {
                deliveries.spare(rings);
            }
            var awake = rings.stream().filter(ring -> ring.wokeAt() != null).toList();
            if (!awake.isEmpty()) {
                deliveries.wake(awake);
            }
            devices.markUsed(rings.stream().flatMap(Acknowledgements::named).distinct().toList());
        });
    }

    @EventListener
    void rings(DeviceRings device) {
        if (device.pushed()) {
            writer.offer(new Acknowledged(device.callId(), device.userId(), device.deviceId()));
        }
    }

    /// The app of this device has just been told that the call rings: it connected, or asked.
    void awake(UUID callId, String userId, String deviceId, Instant now) {
        writer.offer(new Acknowledged(callId, userId, deviceId, now));
    }

    private static Stream<Devices.Ref> named(Acknowledged device) {
        var deviceId = device.deviceId();
        return deviceId == null ? Stream.empty() : Stream.of(new Devices.Ref(device.userId(), deviceId));
    }

    @PreDestroy
    void close() {
        writer.close();
    }
}
