package load;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Text messages over RFC 6455 frames, for either end of a socket. One thread receives, any may send.
final class WebSocket implements Closeable {
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Socket socket;
    private final Incoming in;
    private final boolean client;
    private final Lock writing = new ReentrantLock();

    private WebSocket(Socket socket, Incoming in, boolean client) {
        this.socket = socket;
        this.in = in;
        this.client = client;
    }

    static WebSocket open(Http service, Protocol protocol) throws IOException {
        var socket = service.connect();
        var in = new Incoming(socket.getInputStream());
        socket.getOutputStream()
                .write(("""
                        GET %s HTTP/1.1
                        Host: %s
                        Upgrade: websocket
                        Connection: Upgrade
                        Sec-WebSocket-Version: 13
                        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                        """.formatted(protocol.path(), service.authority()).replace("\n", "\r\n") + protocol.headers()
                        + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        var answer = Message.read(in);
        if (answer.status() != 101) {
            socket.close();
            throw new ProtocolException("the WebSocket was answered with " + answer.startLine());
        }
        return new WebSocket(socket, in, true);
    }

    /// The other end, when it has answered the opening request.
    static WebSocket accepted(Socket socket, Incoming in) {
        return new WebSocket(socket, in, false);
    }

    void send(String text) throws IOException {
        send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /// The next text message.
    ///
    /// @throws EOFException when the other end has closed the socket
    String receive() throws IOException {
        var message = new ByteArrayOutputStream();
        while (true) {
            int first = in.read();
            var payload = payload();
            switch (first & 0x0f) {
                case CLOSE -> throw new EOFException("the socket was closed: " + reason(payload));
                case PING -> send(PONG, payload);
                case PONG -> {
                }
                default -> {
                    message.writeBytes(payload);
                    if ((first & FIN) != 0) {
                        return message.toString(StandardCharsets.UTF_8);
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private byte[] payload() throws IOException {
        int second = in.read();
        int length = second & 0x7f;
        if (length == 126) {
            length = in.read() << 8 | in.read();
        } else if (length == 127) {
            length = Math.toIntExact(ByteBuffer.wrap(in.exactly(Long.BYTES)).getLong());
        }
        if ((second & MASKED) == 0) {
            return in.exactly(length);
        }
        var mask = in.exactly(4);
        var payload = in.exactly(length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return payload;
    }

    private void send(int opcode, byte[] payload) throws IOException {
        var frame = ByteBuffer.allocate(payload.length + 14);
        int masked = client ? MASKED : 0;
        frame.put((byte) (FIN | opcode));
        if (payload.length < 126) {
            frame.put((byte) (masked | payload.length));
        } else {
            frame.put((byte) (masked | 126)).putShort((short) payload.length);
        }
        if (client) {
            // a mask of zeros is a mask: it costs this end nothing, and the other end does the same work
            frame.putInt(0);
        }
        frame.put(payload);
        writing.lock();
        try {
            socket.getOutputStream().write(frame.array(), 0, frame.position());
        } finally {
            writing.unlock();
        }
    }

    private static String reason(byte[] payload) {
        return payload.length < 2 ? "no reason" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }
}
