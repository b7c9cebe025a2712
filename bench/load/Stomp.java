package load;

import java.io.IOException;

/// STOMP 1.2, as Ringback speaks it.
record Stomp() implements Protocol {
    private static final String CONNECTED = "connected";
    private static final String REPLIED = "replied";

    @Override
    public String path() {
        return "/ws";
    }

    @Override
    public String headers() {
        return "Sec-WebSocket-Protocol: v12.stomp\r\n";
    }

    @Override
    public void open(User user) throws IOException, InterruptedException {
        send(user, Frame.of("CONNECT", "accept-version", "1.2", "heart-beat", "10000,10000", "Authorization",
                "Bearer " + user.token()));
        user.await(CONNECTED);
        send(user, Frame.of("SUBSCRIBE", "id", "replies", "destination", "/user/queue/replies"));
        send(user, Frame.of("SUBSCRIBE", "id", "calls", "destination", "/user/queue/calls", "device-id",
                user.device()));
        // frames of one socket are handled in order: any answer to this one comes after both subscriptions
        send(user, Frame.of("SEND", "destination", "/app/call/end", "correlation-id", "ready").with("{}"));
        user.await(REPLIED);
    }

    @Override
    public void take(User user, String text, long at) throws IOException {
        if (text.startsWith("MESSAGE\n")) {
            // not parsed: nearly all that comes, and the measuring itself must cost little
            user.notice(text.contains("\nsubscription:replies\n")
                    ? new User.Event(REPLIED, "", at)
                    : new User.Event(Json.member(text, "type"), Json.member(text, "call_id"), at));
        } else if (text.startsWith("CONNECTED\n")) {
            user.notice(new User.Event(CONNECTED, "", at));
        } else if (!text.equals(Frame.HEARTBEAT)) {
            throw new IOException("not expected: " + text);
        }
    }

    @Override
    public String heartbeat() {
        return Frame.HEARTBEAT;
    }

    private static void send(User user, Frame frame) throws IOException {
        user.send(frame.text());
    }

    @Override
    public String toString() {
        return "STOMP";
    }
}
