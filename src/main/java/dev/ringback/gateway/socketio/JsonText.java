package dev.ringback.gateway.socketio;

import com.corundumstudio.socketio.AckCallback;
import com.corundumstudio.socketio.protocol.AckArgs;
import com.corundumstudio.socketio.protocol.AuthPacket;
import com.corundumstudio.socketio.protocol.JsonSupport;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Writes what the library sends, in place of its Jackson 2. It reads nothing: what clients send is read behind
/// [FrontDoor].
final class JsonText implements JsonSupport {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final int maxPayload;

    /// @param maxPayload bytes that a client may send at once
    JsonText(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    @Override
    public void writeValue(ByteBufOutputStream out, Object value) {
        JSON.writeValue((OutputStream) out, value instanceof AuthPacket opened ? open(opened) : value);
    }

    /// With the limit, which the library does not tell clients.
    private Map<String, Object> open(AuthPacket opened) {
        return Map.of("sid", opened.getSid(), "upgrades", opened.getUpgrades(), "pingInterval",
                opened.getPingInterval(), "pingTimeout", opened.getPingTimeout(), "maxPayload", maxPayload);
    }

    @Override
    public AckArgs readAckArgs(ByteBufInputStream in, AckCallback<?> callback) throws IOException {
        throw new IOException("no acknowledgements are asked for");
    }

    @Override
    public <T> T readValue(String namespace, ByteBufInputStream in, Class<T> type) throws IOException {
        throw new IOException("nothing is read here");
    }

    @Override
    public void addEventMapping(String namespace, String event, Class<?>... types) {
        throw new UnsupportedOperationException("nothing is read here");
    }

    @Override
    public void removeEventMapping(String namespace, String event) {
        throw new UnsupportedOperationException("nothing is read here");
    }

    /// Attachments of the value just written.
    @Override
    public List<byte[]> getArrays() {
        return List.of();
    }
}
