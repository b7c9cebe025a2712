package load;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/// Keep-alive HTTP to one service, over a pool of connections as a proxy in front of it would hold.
final class Http {
    private static final int TIMEOUT_MS = 10_000;
    /// Less than any server's own idle timeout, so that no request meets a connection that is just being closed.
    private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final URI service;

    Http(URI service) {
        this.service = service;
    }

    /// @param sentAt when the request was about to be written
    /// @param answeredAt when the answer had been read
    record Answer(int status, String body, long sentAt, long answeredAt) {
        Answer mustBe(int expected, String what) throws IOException {
            if (status != expected) {
                throw new IOException(what + " was answered with " + status + " " + body);
            }
            return this;
        }
    }

    Answer get(String path) throws IOException {
        return exchange("GET " + path + head() + "\r\n");
    }

    Answer get(String path, String token) throws IOException {
        return exchange("GET " + path + head() + "Authorization: Bearer " + token + "\r\n\r\n");
    }

    Answer post(String path, String token, String json) throws IOException {
        return post(path, token, "", json);
    }

    /// @param headers more of them, each line with its end
    Answer post(String path, String token, String headers, String json) throws IOException {
        return exchange("POST " + path + head() + "Authorization: Bearer " + token + "\r\n" + headers
                + "Content-Type: application/json\r\nContent-Length: "
                + json.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + json);
    }

    /// Holds so many connections open: a server that is busy takes new ones late, and then those calls would be measured that
    /// happened to need one.
    void prepare(int connections) throws IOException {
        for (var connection : idle) {
            if (System.nanoTime() - connection.idleSince > MAX_IDLE_NANOS / 2 && idle.remove(connection)) {
                connection.socket.close();
            }
        }
        for (int open = idle.size(); open < connections; open++) {
            idle.add(open());
        }
    }

    Socket connect() throws IOException {
        var socket = new Socket(service.getHost(), service.getPort());
        socket.setTcpNoDelay(true);
        return socket;
    }

    String authority() {
        return service.getAuthority();
    }

    private String head() {
        return " HTTP/1.1\r\nHost: " + authority() + "\r\n";
    }

    private Answer exchange(String request) throws IOException {
        var bytes = request.getBytes(StandardCharsets.UTF_8);
        var connection = take();
        try {
            long sentAt = System.nanoTime();
            connection.socket.getOutputStream().write(bytes);
            var message = Message.read(connection.in);
            long answeredAt = System.nanoTime();
            if ("close".equalsIgnoreCase(message.headers().get("connection"))) {
                connection.socket.close();
            } else {
                connection.idleSince = answeredAt;
                idle.push(connection);
            }
            return new Answer(message.status(), message.body(), sentAt, answeredAt);
        } catch (IOException failure) {
            connection.socket.close();
            throw failure;
        }
    }

    /// The connection used last, so that few are open and those stay warm.
    private Connection take() throws IOException {
        for (var connection = idle.poll(); connection != null; connection = idle.poll()) {
            if (System.nanoTime() - connection.idleSince < MAX_IDLE_NANOS) {
                return connection;
            }
            connection.socket.close();
        }
        return open();
    }

    private Connection open() throws IOException {
        var socket = connect();
        socket.setSoTimeout(TIMEOUT_MS);
        return new Connection(socket);
    }

    private static final class Connection {
        private final Socket socket;
        private final Incoming in;
        private long idleSince = System.nanoTime();

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new Incoming(socket.getInputStream());
        }
    }
}
