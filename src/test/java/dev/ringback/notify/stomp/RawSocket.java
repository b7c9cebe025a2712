package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A WebSocket of which every byte is the test's own choice (RFC 6455 section 5.2).
final class RawSocket implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CONTINUATION = 0;

    private static final int CLOSE = 8;
    private static final int WAIT_MS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    /// @param headers further ones of the handshake, as `Name: value`
    RawSocket(int port, String... headers) throws IOException {
        socket.setSoTimeout(WAIT_MS);
        socket.connect(new InetSocketAddress("localhost", port));
        in = new DataInputStream(socket.getInputStream());
        var request = new StringBuilder("""
                GET /ws HTTP/1.1\r
                Host: localhost\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                """);
        for (var header : headers) {
            request.append(header).append("\r\n");
        }
        write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        assertThat(head()).startsWith("HTTP/1.1 101");
    }

    /// The same, connected as a user.
    static RawSocket connected(int port, String userId, String... headers) throws IOException {
        var raw = new RawSocket(port, headers);
        raw.send("CONNECT\naccept-version:1.2\nheart-beat:0,0\nAuthorization:Bearer " + Tokens.of(userId) + "\n\n\0");
        assertThat(raw.next()).startsWith("CONNECTED");
        return raw;
    }

    void send(String text) throws IOException {
        frame(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
    }

    void frame(int opcode, boolean last, byte[] payload) throws IOException {
        var frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write((last ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        // a mask of zeros changes nothing
        frame.write(new byte[4]);
        frame.write(payload);
        write(frame.toByteArray());
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// Whether a frame has come that was not read.
    boolean hasAnswer() {
        try {
            return in.available() > 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The next frame's text; a close frame as `close ` and its code.
    String next() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        int length = in.readUnsignedByte() & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        }
        var payload = new byte[length];
        in.readFully(payload);
        return opcode == CLOSE
                ? "close " + (length < 2 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff))
                : new String(payload, StandardCharsets.UTF_8);
    }

    /// Everything that comes until the server has closed; how it did is not looked at closely.
    List<String> untilClosed() throws IOException {
        var frames = new ArrayList<String>();
        try {
            while (frames.isEmpty() || !frames.getLast().startsWith("close")) {
                frames.add(next());
            }
        } catch (EOFException | SocketException _) {
            frames.add("gone");
        }
        return frames;
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
