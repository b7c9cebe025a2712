package load;

/// The moments of one call, in nanoseconds of one clock: both users live in this process.
///
/// @param scheduled when the initiate should have been sent
/// @param sent when it was
/// @param initiated when the caller had the answer
/// @param rang when `incoming_call` had come to the called user's socket
/// @param acceptSent when the called user sent the accept
/// @param accepted when `call_accepted` had come to the caller's socket
/// @param done when the caller had the answer to `end` and the called user the event
record CallTimes(long scheduled, long sent, long initiated, long rang, long acceptSent, long accepted, long done) {}
