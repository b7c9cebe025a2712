package dev.ringback.gateway.socketio;

import com.corundumstudio.socketio.protocol.ConnPacket;
import com.corundumstudio.socketio.protocol.EngineIOVersion;
import com.corundumstudio.socketio.protocol.Packet;
import com.corundumstudio.socketio.protocol.PacketType;
import dev.ringback.web.ProblemCode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.util.RawValue;

/// The packets that go to clients.
final class Outbound {
    /// Of what is not counted by its text.
    private static final int SMALL = 100;

    private Outbound() {}

    /// The client is in the main namespace.
    static Packet connected(UUID socketId) {
        var packet = message(PacketType.CONNECT);
        packet.setData(new ConnPacket(socketId));
        return packet;
    }

    /// The client is not let in: its `connect_error`, with `data` of the error beside the message.
    static Packet connectError(ProblemCode code, String sentence) {
        var packet = message(PacketType.ERROR);
        packet.setData(Map.of("message", sentence, "data", problem(code, sentence)));
        return packet;
    }

    /// There is no such namespace.
    static Packet invalidNamespace(String namespace) {
        var packet = message(PacketType.ERROR);
        packet.setNsp(namespace);
        packet.setData(Map.of("message", "Invalid namespace"));
        return packet;
    }

    /// @param json the event's one argument
    static Packet event(String name, RawValue json) {
        var packet = message(PacketType.EVENT);
        packet.setName(name);
        packet.setData(List.of(json));
        return packet;
    }

    /// The `error` event.
    static Packet error(ProblemCode code, String sentence) {
        var packet = message(PacketType.EVENT);
        packet.setName("error");
        packet.setData(List.of(problem(code, sentence)));
        return packet;
    }

    /// @param value the answer's one argument
    static Packet ack(long ackId, Object value) {
        var packet = message(PacketType.ACK);
        packet.setAckId(ackId);
        packet.setData(List.of(value));
        return packet;
    }

    /// The last word to a client that is to stay away: it does not come back by itself.
    static Packet disconnect() {
        return message(PacketType.DISCONNECT);
    }

    /// The last word to a client that is to come back.
    static Packet close() {
        return new Packet(PacketType.CLOSE, EngineIOVersion.V4);
    }

    /// What a client is told of a refusal.
    static Map<String, Object> problem(ProblemCode code, String sentence) {
        return Map.of("code", code.wireName(), "status", code.status().value(), "error", sentence, "message",
                sentence);
    }

    /// About how many characters it has.
    static int length(Packet packet) {
        return packet.getData() instanceof List<?> arguments
                ? arguments.stream().mapToInt(Outbound::length).sum() + SMALL
                : SMALL;
    }

    private static int length(@Nullable Object argument) {
        return argument instanceof RawValue raw ? String.valueOf(raw.rawValue()).length() : SMALL;
    }

    private static Packet message(PacketType type) {
        var packet = new Packet(PacketType.MESSAGE, EngineIOVersion.V4);
        packet.setSubType(type);
        return packet;
    }
}
