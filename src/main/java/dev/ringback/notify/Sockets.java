package dev.ringback.notify;

import java.util.Set;

/// The connected sockets of the users: told at once, and not again. Who is not connected hears of it otherwise.
///
/// Each kind of socket is a bean; [ConnectedSockets] is all of them.
public interface Sockets {

    /// How many are open here; those that have not said who they are may count or not.
    int open();

    /// What kind of sockets these are, in a word: for the trace and for metrics.
    String kind();

    /// Hands a notice to every socket of its recipient that listens.
    ///
    /// Never waits for a slow reader, and throws nothing on purpose.
    ///
    /// @return how many sockets it was handed to; 0 says that the user is not connected here
    int tell(Notice notice);

    /// Whether the user listens on any socket here.
    boolean reach(String userId);

    /// The devices on which the user listens here, as far as their sockets said which they are.
    Set<String> devicesOf(String userId);
}
