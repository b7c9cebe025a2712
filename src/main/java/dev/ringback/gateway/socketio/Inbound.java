package dev.ringback.gateway.socketio;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A packet of a client, as far as it is served: Engine.IO protocol 4, Socket.IO protocol 5, the main namespace, no
/// binary.
///
/// See [Engine.IO](https://socket.io/docs/v4/engine-io-protocol/) and
/// [Socket.IO](https://socket.io/docs/v4/socket-io-protocol/).
sealed interface Inbound {
    char SEPARATOR = '\u001e';
    /// What one request may hold: far more than a client collects between two of them.
    int MOST_PACKETS = 100;

    /// The answer to a heartbeat.
    record Pong() implements Inbound {}

    /// Asks whether the WebSocket works, before [Upgrade].
    record Probe() implements Inbound {}

    /// From now on by WebSocket.
    record Upgrade() implements Inbound {}

    /// The client leaves.
    record Leave() implements Inbound {}

    /// Nothing to do.
    record Nothing() implements Inbound {}

    /// The client asks to be let in.
    ///
    /// @param auth the JSON that came along, empty without any
    record Connect(String auth) implements Inbound {
        /// It may be a token.
        @Override
        public String toString() {
            return "Connect";
        }
    }

    /// Something that the client wants.
    ///
    /// @param ackId under which the client waits for an answer, or null
    /// @param json the event's name and arguments as they came, unread
    record Event(@Nullable Long ackId, String json) implements Inbound {
        @Override
        public String toString() {
            return "Event";
        }
    }

    /// To a namespace that is not there.
    record Elsewhere(String namespace) implements Inbound {}

    /// What is not served.
    ///
    /// @param why a sentence of ours
    record Malformed(String why) implements Inbound {}

    /// The packets of one WebSocket message or one request.
    static List<Inbound> of(String payload) {
        var packets = new ArrayList<Inbound>(1);
        int from = 0;
        while (from <= payload.length()) {
            if (packets.size() == MOST_PACKETS) {
                packets.add(new Malformed("too many packets at once"));
                break;
            }
            int end = payload.indexOf(SEPARATOR, from);
            end = end < 0 ? payload.length() : end;
            packets.add(packet(payload.substring(from, end)));
            from = end + 1;
        }
        return packets;
    }

    private static Inbound packet(String packet) {
        if (packet.isEmpty()) {
            return new Malformed("an empty packet");
        }
        return switch (packet.charAt(0)) {
            case '1' -> new Leave();
            case '2' -> packet.equals("2probe") ? new Probe() : new Malformed("heartbeats are the server's to send");
            case '3' -> new Pong();
            case '4' -> message(packet.substring(1));
            case '5' -> new Upgrade();
            case '6' -> new Nothing();
            case 'b' -> new Malformed("binary messages are not served");
            default -> new Malformed("not an Engine.IO packet");
        };
    }

    private static Inbound message(String message) {
        if (message.isEmpty()) {
            return new Malformed("an empty message");
        }
        var rest = message.substring(1);
        if (rest.startsWith("/")) {
            int end = rest.indexOf(',');
            var namespace = end < 0 ? rest : rest.substring(0, end);
            if (!namespace.equals("/")) {
                return new Elsewhere(namespace);
            }
            rest = end < 0 ? "" : rest.substring(end + 1);
        }
        return switch (message.charAt(0)) {
            case '0' -> new Connect(rest);
            case '1' -> new Leave();
            case '2' -> event(rest);
            case '3' -> new Malformed("no acknowledgement was asked for");
            case '5', '6' -> new Malformed("binary messages are not served");
            default -> new Malformed("not a Socket.IO packet");
        };
    }

    private static Inbound event(String rest) {
        int json = 0;
        while (json < rest.length() && rest.charAt(json) >= '0' && rest.charAt(json) <= '9') {
            json++;
        }
        // the largest integer that JavaScript counts exactly has 16 digits
        if (json > 15) {
            return new Malformed("the number of the acknowledgement is too long");
        }
        return new Event(json == 0 ? null : Long.valueOf(rest.substring(0, json)), rest.substring(json));
    }
}
