package dev.ringback.gateway.socketio;

import static org.awaitility.Awaitility.await;

import dev.ringback.support.IntegrationTest;
import dev.ringback.support.NodePeer;
import dev.ringback.support.ServiceProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// The service with Socket.IO on a free port, and real clients at it.
@IntegrationTest
@EnabledIf(value = NodePeer.IS_THERE_OR_MUST_BE, disabledReason = "no node: apt-get install nodejs npm")
abstract class SocketIoDriven {
    static final String PAGE = "https://app.example.com";

    @LocalServerPort
    int http;
    @Autowired
    SocketIoServer server;
    @Autowired
    LiveSockets sockets;
    Peers peers;

    /// The same after a restart.
    @DynamicPropertySource
    static void freePort(DynamicPropertyRegistry registry) {
        int port = ServiceProcess.freePort();
        registry.add("ringback.socketio.port", () -> port);
        registry.add("ringback.http.allowed-origins", () -> PAGE);
        registry.add("ringback.http.trusted-proxies", () -> "127.0.0.1,::1");
    }

    @BeforeEach
    void start() throws Exception {
        peers = new Peers(server.port());
    }

    @AfterEach
    void leave() throws Exception {
        try (var _ = peers) {
            peers.leave();
            // while the process still runs: it sends the last word of those that poll
            await().until(() -> sockets.all().isEmpty());
        }
    }
}
