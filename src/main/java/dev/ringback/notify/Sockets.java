package dev.ringback.notify;

/// The connected sockets of the users: told at once, and not again. Who is not connected hears of it otherwise.
public interface Sockets {

    /// Hands a notice to every socket of its recipient that listens.
    ///
    /// Never waits for a slow reader, and throws nothing on purpose.
    ///
    /// @return how many sockets it was handed to; 0 says that the user is not connected here
    int tell(Notice notice);
}
