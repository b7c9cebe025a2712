package dev.ringback.admin;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/// How the node is that answers, by its own gauges.
@Component
class NodeFigures {
    private final MeterRegistry metrics;

    NodeFigures(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /// One node.
    ///
    /// @param sockets open ones
    /// @param pushesWaiting for their turn at a channel
    /// @param overdueSeconds for how long the delivery that is due longest has been due, on whatever node
    /// @param connections of the database that are in use
    /// @param connectionsMost that there can be
    /// @param connectionsAwaited by how many
    record Node(long sockets, long pushesWaiting, double overdueSeconds, long connections, long connectionsMost,
            long connectionsAwaited) {}

    Node now() {
        return new Node((long) sum("ringback.sockets"), (long) sum("ringback.push.waiting"),
                sum("ringback.delivery.overdue"), (long) sum("hikaricp.connections.active"),
                (long) sum("hikaricp.connections.max"), (long) sum("ringback.database.waiting"));
    }

    /// Over all labels; 0 for a gauge that is not there.
    private double sum(String name) {
        return metrics.find(name).gauges().stream().mapToDouble(Gauge::value).filter(Double::isFinite).sum();
    }
}
