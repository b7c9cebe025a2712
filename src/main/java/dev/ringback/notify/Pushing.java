package dev.ringback.notify;

import dev.ringback.call.CallEvent;
import dev.ringback.call.CallEvent.Change;
import dev.ringback.call.CallSnapshot;
import dev.ringback.device.Devices;
import dev.ringback.notify.Deliveries.Rung;
import dev.ringback.notify.Delivery.Device;
import dev.ringback.notify.Delivery.Planned;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Plans the pushes and publications of an event and writes them down inside its transaction; carries them out after the commit.
@Component
class Pushing {
    private final Devices devices;
    private final Deliveries deliveries;
    private final PushPlanner planner;
    private final Brokers brokers;
    private final Courier courier;
    private final ConnectedSockets sockets;

    Pushing(Devices devices, Deliveries deliveries, Channels channels, Brokers brokers, Courier courier,
            ConnectedSockets sockets, DeliverySettings settings) {
        this.devices = devices;
        this.deliveries = deliveries;
        this.planner = new PushPlanner(channels, settings);
        this.brokers = brokers;
        this.courier = courier;
        this.sockets = sockets;
    }

    /// What is to be done after the commit.
    ///
    /// @param withdrawn ring deliveries that are not to go out any more
    record Plan(List<Planned> deliveries, List<UUID> withdrawn) {
        private static final Plan NOTHING = new Plan(List.of(), List.of());

        /// Both plans.
        Plan and(Plan other) {
            return new Plan(Stream.concat(deliveries.stream(), other.deliveries.stream()).toList(),
                    Stream.concat(withdrawn.stream(), other.withdrawn.stream()).toList());
        }

        /// The same plan with nothing that waits for these users' sockets: they have none.
        Plan atOnceTo(Set<String> offline) {
            return new Plan(deliveries.stream()
                    .map(planned -> offline.contains(planned.delivery().userId()) ? planned.atOnce() : planned)
                    .toList(), withdrawn);
        }

        /// The same plan with these rings in the place of those it was made with.
        Plan with(List<Notice> rings) {
            return new Plan(deliveries.stream().map(planned -> planned.with(rings)).toList(), withdrawn);
        }
    }

    Plan plan(CallEvent event, List<Notice> notices, Instant now) {
        var plan = toDevices(event, notices, now).and(new Plan(brokers.plan(event, notices, now), List.of()));
        deliveries.insert(plan.deliveries(), now);
        return plan;
    }

    private Plan toDevices(CallEvent event, List<Notice> notices, Instant now) {
        var call = event.call();
        if (event.isOnlyTold()) {
            return Plan.NOTHING;
        }
        return switch (event.change()) {
            case Change.Acknowledged _ -> Plan.NOTHING;
            case Change.Rang(var userIds) -> rings(call, userIds, notices, now);
            case Change.Accepted(_, var deviceId) -> stops(call, event.change(), deviceId, notices, now);
            case Change.Rejected _ -> stops(call, event.change(), null, notices, now);
            case Change.Withdrawn _,Change.Ended _ -> {
                var undisturbed = event.missedUndisturbed();
                var missed = notices.stream().filter(n -> undisturbed.contains(n.recipient())).toList();
                var others = notices.stream().filter(n -> !undisturbed.contains(n.recipient())).toList();
                yield stops(call, event.change(), null, others, now).and(missed(call, undisturbed, missed, now));
            }
        };
    }

    void carryOut(Plan plan) {
        courier.withdraw(plan.withdrawn());
        courier.send(plan.deliveries());
    }

    private Plan rings(CallSnapshot call, List<String> userIds, List<Notice> rings, Instant now) {
        // who is rung once more has rings of before
        var before = call.version() == 1 ? List.<Rung>of() : deliveries.withdrawRings(call.callId(), userIds);
        var tokens = devices.tokensOf(userIds);
        var planned = planner.rings(rings, tokens, connected(call, userIds), now);
        return new Plan(planned, ids(before));
    }

    private Plan stops(CallSnapshot call, Change change, @Nullable String except, List<Notice> notices, Instant now) {
        var userIds = Planner.stopped(change);
        var rung = userIds.isEmpty() ? List.<Rung>of() : deliveries.withdrawRings(call.callId(), userIds);
        if (rung.isEmpty()) {
            return Plan.NOTHING;
        }
        var stops = notices.stream().filter(notice -> userIds.contains(notice.recipient())).toList();
        var planned = planner.stops(stops, rung, devices.tokensOf(userIds), except, connected(call, userIds), now);
        return new Plan(planned, ids(rung));
    }

    private Plan missed(CallSnapshot call, List<String> userIds, List<Notice> missed, Instant now) {
        if (missed.isEmpty()) {
            return Plan.NOTHING;
        }
        var planned = planner.missed(missed, devices.tokensOf(userIds), connected(call, userIds), now);
        return new Plan(planned, List.of());
    }

    private Set<Device> connected(CallSnapshot call, Collection<String> userIds) {
        return userIds.stream()
                .flatMap(userId -> sockets.devicesOf(userId)
                        .stream()
                        .map(deviceId -> new Device(call.callId(), userId, deviceId)))
                .collect(Collectors.toSet());
    }

    private static List<UUID> ids(List<Rung> rung) {
        return rung.stream().map(Rung::id).toList();
    }
}
