package load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Answers in EnableX's place: rooms, room tokens and deletions over HTTP, each at the same small cost.
///
/// A process of its own, so that its work is nobody else's. Prints its port, and ends when standard input does.
public final class EnableX {
    /// As long as EnableX's own, a JWT.
    private static final String TOKEN = "e".repeat(420);

    private final AtomicLong rooms = new AtomicLong();
    private final String run = UUID.randomUUID().toString().substring(0, 13).replace("-", "");
    private final Duration latency;

    private EnableX(Duration latency) {
        this.latency = latency;
    }

    /// @param args how many milliseconds each answer takes
    public static void main(String... args) throws IOException {
        var enableX = new EnableX(Duration.ofMillis(Long.parseLong(args[0])));
        var listening = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> enableX.accept(listening));
        System.out.println(listening.getLocalPort());
        while (System.in.read() >= 0) {
        }
        System.exit(0);
    }

    private void accept(ServerSocket listening) {
        while (true) {
            try {
                var socket = listening.accept();
                socket.setTcpNoDelay(true);
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException _) {
                // a connection was given up before it was taken
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new Incoming(socket.getInputStream());
            while (true) {
                var answer = answer(Message.read(in).startLine());
                if (!latency.isZero()) {
                    Thread.sleep(latency);
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException | InterruptedException _) {
            // the client has gone
        }
    }

    private String answer(String startLine) {
        var json = switch (startLine.substring(0, startLine.lastIndexOf(' '))) {
            case "POST /video/v2/rooms" -> "{\"result\":0,\"room\":{\"room_id\":\"%s%011x\"}}"
                    .formatted(run, rooms.incrementAndGet());
            case "GET /video/v2/rooms" -> "{\"result\":0,\"rooms\":[]}";
            case String request when request.endsWith("/tokens") -> "{\"result\":0,\"token\":\"" + TOKEN + "\"}";
            default -> "{\"result\":0}";
        };
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n"
                + json;
    }
}
