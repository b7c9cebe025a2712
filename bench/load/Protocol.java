package load;

import java.io.IOException;

/// How a service's sockets are spoken with.
sealed interface Protocol permits Stomp, SocketIo {
    Protocol STOMP = new Stomp();
    Protocol SOCKET_IO = new SocketIo();

    static Protocol named(String name) {
        return switch (name) {
            case "stomp" -> STOMP;
            case "socket.io" -> SOCKET_IO;
            default -> throw new IllegalArgumentException("no protocol " + name);
        };
    }

    /// Path and query of the socket.
    String path();

    /// Header lines of the opening request that only this protocol has.
    String headers();

    /// Says who the user is; returns when the service has said that events will come.
    void open(User user) throws IOException, InterruptedException;

    /// Takes what has come to the user's socket.
    ///
    /// @param at when its last byte had been read
    void take(User user, String text, long at) throws IOException;

    /// What a client says of its own accord to show that it is there; empty when the service asks instead.
    String heartbeat();
}
