package dev.ringback.call;

/// What became of a command on a call. Only [Done] changed anything.
sealed interface Transition {

    /// The call changed; what is to be told.
    record Done(CallEvent.Change change) implements Transition {}

    /// The call changed in a way that concerns nobody else.
    record DoneQuietly() implements Transition {}

    /// The command had been carried out before; nothing is to be told again.
    record Repeated() implements Transition {}

    /// Another device of the same user was first.
    record AnsweredElsewhere() implements Transition {}

    /// The call is not in a state that allows the command.
    record NotActive(String why) implements Transition {}

    /// The user has no part in the call that allows the command.
    record NotAParty(String why) implements Transition {}
}
