package dev.ringback.notify;

import static java.util.stream.Collectors.joining;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.call.CallEvent;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallWitness;
import dev.ringback.notify.Broker.Audience;
import dev.ringback.notify.Delivery.Planned;
import dev.ringback.notify.Delivery.State;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/// The brokers of this installation, and what is published by them.
///
/// Every change is: so while a broker is on, each is one transaction with the deliveries that it needs.
@Component
class Brokers implements CallWitness {
    private static final Logger LOG = LoggerFactory.getLogger(Brokers.class);

    private final List<Broker> all;
    private final List<Broker> on;

    Brokers(ObjectProvider<Broker> brokers) {
        this.all = brokers.orderedStream().sorted(Comparator.comparing(Broker::name)).toList();
        this.on = all.stream().filter(Broker::isOn).toList();
        LOG.info("Brokers: {}",
                all.stream().map(broker -> broker.name() + (broker.isOn() ? " on" : " off")).collect(joining(", ")));
    }

    List<Broker> all() {
        return all;
    }

    /// The broker of this name, if it is on.
    Optional<Broker> named(String name) {
        return on.stream().filter(broker -> broker.name().equals(name)).findFirst();
    }

    /// The deliveries of an event.
    ///
    /// @param notices to the parties, in the order in which each must get them
    List<Planned> plan(CallEvent event, List<Notice> notices, Instant now) {
        return on.stream().flatMap(broker -> switch (broker.audience()) {
            case PARTIES -> notices.stream().map(notice -> planned(broker, notice, now));
            case CALL -> Stream.of(planned(broker, Planner.whole(event.call(), now), now));
        }).toList();
    }

    @Override
    public boolean wants(CallEvent event) {
        return !on.isEmpty();
    }

    @Override
    public void placed(CallSnapshot call) {
        // what a new call needs is planned with its ring
    }

    @Override
    public void changed(List<CallEvent> events) {
        // planned with the notices, when the event is published
    }

    private static Planned planned(Broker broker, Notice notice, Instant now) {
        var until = broker.audience() == Audience.CALL
                ? now.plus(PushPlanner.MISSED_COUNTS_FOR)
                : PushPlanner.worthUntil(notice, now);
        var delivery = new Delivery(UuidCreator.getTimeOrderedEpoch(), notice.call().callId(), notice.recipient(),
                Delivery.NO_DEVICE, broker.name(), notice.type(), notice.reason(), 0, 0, Deliveries.FIRST_LEASE, now,
                until);
        return new Planned(delivery, notice, State.SENDING, null, now.plus(PushPlanner.LEASE),
                List.of(new Address.Place(broker)));
    }
}
