package dev.ringback.faults;

import dev.ringback.support.StompUser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// All users come back, as after a day without network: each connects anew and is told what lives; of the calls that it is
/// not told of it asks what became of them.
record Reunion(Cluster cluster, Records records) {

    void of(List<String> users) throws Exception {
        for (int i = 0; i < users.size(); i++) {
            comesBack(users.get(i), i);
        }
    }

    private void comesBack(String userId, int node) throws Exception {
        List<JsonNode> live;
        try (var socket = StompUser.connected(cluster.node(node).port(), userId)) {
            live = socket.rest();
        }
        live.forEach(event -> records.told("reconnect", userId, event));
        var told = new HashSet<>(live.stream().map(Records::idOf).toList());
        history(userId, node).stream()
                .filter(call -> !told.contains(Records.idOf(call)))
                .forEach(call -> records.told("reconnect", userId, call));
    }

    private List<JsonNode> history(String userId, int node) {
        var calls = new ArrayList<JsonNode>();
        var more = "";
        do {
            var page = cluster.api(node, userId).get("/api/call?limit=100" + more).mustBe(200);
            page.path("calls").forEach(calls::add);
            more = page.path("next_cursor").isString() ? "&cursor=" + page.path("next_cursor").asString() : "";
        } while (!more.isEmpty());
        return calls;
    }
}
