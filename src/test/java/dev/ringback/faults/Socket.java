package dev.ringback.faults;

import dev.ringback.support.StompUser;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A user's open app: it listens, connects again when its node dies, and then asks what became of the calls it knows.
final class Socket implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
    private static final Set<String> LIVE = Set.of("ringing", "accepted");

    private final Cluster cluster;
    private final Records records;
    private final String userId;
    private final Set<UUID> live = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closed;

    private Socket(Cluster cluster, Records records, String userId, int firstNode) {
        this.cluster = cluster;
        this.records = records;
        this.userId = userId;
        this.thread = Thread.ofVirtual().unstarted(() -> run(firstNode));
    }

    static Socket open(Cluster cluster, Records records, String userId, int firstNode) {
        var socket = new Socket(cluster, records, userId, firstNode);
        socket.thread.start();
        return socket;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(int firstNode) {
        for (int node = firstNode; !closed; node++) {
            try (var socket = connected(node)) {
                if (socket != null) {
                    // beside, so that an event is heard when it comes
                    Thread.ofVirtual().start(this::catchUp);
                    listen(socket);
                }
            }
            Client.pause(BETWEEN_LOOKS);
        }
    }

    /// Null when the node is down.
    private @Nullable StompUser connected(int node) {
        try {
            return cluster.node(node).isReady() ? StompUser.connected(cluster.node(node).port(), userId) : null;
        } catch (Exception | AssertionError _) {
            return null;
        }
    }

    private void listen(StompUser socket) {
        while (!closed && socket.isConnected()) {
            socket.restAsItCame().forEach(this::heard);
            Client.pause(BETWEEN_LOOKS);
        }
        socket.restAsItCame().forEach(this::heard);
    }

    private void heard(StompUser.Event event) {
        records.told(event.body().path("type").asString(), userId, event.body(), event.at());
        note(event.body());
    }

    private void catchUp() {
        for (var callId : Set.copyOf(live)) {
            Client.ask(0, node -> cluster.api(node, userId).get("/api/call/" + callId)).ifPresent(answer -> {
                records.told("catch up", userId, answer.mustBe(200));
                note(answer.json());
            });
        }
    }

    private void note(JsonNode call) {
        if (LIVE.contains(call.path("state").asString())) {
            live.add(Records.idOf(call));
        } else {
            live.remove(Records.idOf(call));
        }
    }
}
