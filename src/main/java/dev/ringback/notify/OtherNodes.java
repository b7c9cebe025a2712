package dev.ringback.notify;

import java.util.concurrent.CompletionStage;

/// The sockets of the other nodes of this installation. What arrives from them is published here as [NoticeArrived].
///
/// Whatever it waits for, it waits a fraction of a second; while nothing connects the nodes, each goes on by itself.
public interface OtherNodes {

    /// A user has begun to listen on this node.
    ///
    /// @return done, soon, with whether notices of other nodes arrive from now on
    CompletionStage<Boolean> listens(String userId);

    /// A user listens on this node no longer.
    void left(String userId);

    /// Hands a notice to the nodes where its recipient listens, and waits until they are known.
    ///
    /// @return how many those are, 0 also when that cannot be found out
    int tell(Notice notice);

    /// The same without waiting.
    void pass(Notice notice);

    /// Whether the user listens on another node.
    Answer reach(String userId);

    /// What is known of a user's sockets on other nodes.
    enum Answer {
        LISTENS,
        ABSENT,
        /// The nodes cannot be asked: the user may listen.
        UNKNOWN
    }
}
