package dev.ringback.notify;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A socket has begun to listen: published by the channel, so that the user's calls can be told to this socket before
/// anything else happens.
///
/// @param userId whose socket it is
/// @param deviceId the device it belongs to, where the client says so
/// @param socket takes notices for this one socket
public record SocketOpened(String userId, @Nullable String deviceId, Consumer<Notice> socket) {}
