package load;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The service's answers and events without the service: no database, no checks, no JSON library.
///
/// What the generator reaches against it is the generator's own ceiling, and less than that, as both share the machine.
final class Responder implements Closeable {
    private final Protocol protocol;
    private final ServerSocket listening;
    private final Map<String, WebSocket> sockets = new ConcurrentHashMap<>();
    private final Map<String, Call> calls = new ConcurrentHashMap<>();

    Responder(Protocol protocol) throws IOException {
        this.protocol = protocol;
        listening = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    private record Call(String callerId, String calledId) {}

    URI url() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var socket = listening.accept();
                socket.setTcpNoDelay(true);
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException _) {
                // closed; or a connection was given up before it was taken
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new Incoming(socket.getInputStream());
            while (true) {
                var request = Message.read(in);
                if (request.startLine().startsWith("GET ")) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 101 Switching Protocols\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    var webSocket = WebSocket.accepted(socket, in);
                    switch (protocol) {
                        case Stomp _ -> stomp(webSocket);
                        case SocketIo _ -> socketIo(webSocket);
                    }
                }
                socket.getOutputStream().write(answer(request).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            // the client has gone
        }
    }

    private void stomp(WebSocket webSocket) throws IOException {
        while (true) {
            var text = webSocket.receive();
            if (text.equals(Frame.HEARTBEAT)) {
                continue;
            }
            var frame = Frame.parse(text);
            switch (frame.command()) {
                case "CONNECT" -> {
                    sockets.put(subject(frame.headers().get("Authorization")), webSocket);
                    webSocket.send(Frame.of("CONNECTED", "version", "1.2").text());
                }
                case "SEND" -> webSocket.send(Frame.of("MESSAGE", "subscription", "replies").text());
                default -> {
                }
            }
        }
    }

    private void socketIo(WebSocket webSocket) throws IOException {
        webSocket.send("0{\"sid\":\"a\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000}");
        sockets.put(subject(Json.member(webSocket.receive(), "token")), webSocket);
        webSocket.send("40{\"sid\":\"b\"}");
        while (true) {
            webSocket.receive();
        }
    }

    private String answer(Message request) throws IOException {
        var command = request.startLine().substring("POST /api/call/".length(), request.startLine().lastIndexOf(' '));
        if (command.equals("initiate")) {
            var callId = UUID.randomUUID().toString();
            var call = new Call(subject(request.headers().get("authorization")),
                    Json.member(request.body(), "called_id"));
            calls.put(callId, call);
            tell(call.calledId, "incoming_call", callId, call);
            return response("201 Created", json("initiated", callId, call));
        }
        var callId = Json.member(request.body(), "call_id");
        var call = calls.get(callId);
        switch (command) {
            case "ringing" -> tell(call.callerId, "call_ringing", callId, call);
            case "accept" -> {
                tell(call.callerId, "call_accepted", callId, call);
                tell(call.calledId, "call_answered_elsewhere", callId, call);
            }
            default -> {
                calls.remove(callId);
                tell(call.calledId, "call_ended", callId, call);
            }
        }
        return command.equals("ringing")
                ? "HTTP/1.1 204 No Content\r\n\r\n"
                : response("200 OK", json(command, callId, call));
    }

    private void tell(String userId, String type, String callId, Call call) throws IOException {
        var json = json(type, callId, call);
        sockets.get(userId).send(switch (protocol) {
            case Stomp _ -> Frame.of("MESSAGE", "subscription", "calls").with(json).text();
            case SocketIo _ -> SocketIo.event(type, json);
        });
    }

    /// About as long as the service's own.
    private static String json(String type, String callId, Call call) {
        return """
                {"type":"%s","call_id":"%s","room_id":"%s","version":1,"state":"ringing","call_type":"video",\
                "caller_id":"%s","caller_name":"%s","called_id":"%s","invitations":[{"user_id":"%s",\
                "state":"ringing","ringing_at":"2026-01-01T00:00:00.000Z"}],"created_at":"2026-01-01T00:00:00.000Z",\
                "expires_at":"2026-01-01T00:00:45.000Z","expires_in_ms":45000,"token_delivery":"on_accept",\
                "glare":false,"token":"%s"}"""
                .formatted(type, callId, callId, call.callerId, call.callerId, call.calledId, call.calledId, callId);
    }

    private static String response(String status, String json) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: "
                + json.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + json;
    }

    /// Whose token it is, taken on trust.
    private static String subject(String bearer) throws IOException {
        var claims = bearer.substring(bearer.indexOf('.') + 1, bearer.lastIndexOf('.'));
        return Json.member(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8), "sub");
    }
}
