package dev.ringback.gateway.socketio;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Socket.IO, for clients that speak it.
///
/// @param port on which Socket.IO clients are served; without it they are not
/// @param address on which that port is opened; all addresses by default. Demo mode opens it on loopback only
@ConfigurationProperties("ringback.socketio")
record SocketIoSettings(@Nullable Integer port, @Nullable InetAddress address) {}
