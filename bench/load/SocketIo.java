package load;

import java.io.IOException;

/// Socket.IO 5 over Engine.IO 4 on a WebSocket from the start, as an app does that wants no long polling.
///
/// The first digit is Engine.IO's (0 open, 2 ping, 3 pong, 4 message), the second one of a message Socket.IO's (0 connect,
/// 2 event, 4 connect error).
record SocketIo() implements Protocol {
    private static final String OPEN = "open";
    private static final String CONNECTED = "connected";

    @Override
    public String path() {
        return "/socket.io/?EIO=4&transport=websocket";
    }

    @Override
    public String headers() {
        return "";
    }

    @Override
    public void open(User user) throws IOException, InterruptedException {
        user.await(OPEN);
        user.send("40{\"token\":\"" + user.token() + "\"}");
        user.await(CONNECTED);
    }

    @Override
    public void take(User user, String text, long at) throws IOException {
        if (text.startsWith("42")) {
            user.notice(event(text, at));
        } else if (text.equals("2")) {
            user.send("3");
        } else if (text.startsWith("0")) {
            user.notice(new User.Event(OPEN, "", at));
        } else if (text.startsWith("40")) {
            user.notice(new User.Event(CONNECTED, "", at));
        } else {
            throw new IOException("not expected: " + text);
        }
    }

    /// The service pings, the client answers.
    @Override
    public String heartbeat() {
        return "";
    }

    /// `42["name",{…}]`
    static String event(String name, String json) {
        return "42[\"" + name + "\"," + json + "]";
    }

    private static User.Event event(String text, long at) throws IOException {
        int name = text.indexOf('"') + 1;
        return new User.Event(text.substring(name, text.indexOf('"', name)), Json.member(text, "call_id"), at);
    }

    @Override
    public String toString() {
        return "Socket.IO";
    }
}
