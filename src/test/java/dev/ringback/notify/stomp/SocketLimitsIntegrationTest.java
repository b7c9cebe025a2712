package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.messaging.simp.user.SimpUserRegistry;
import org.springframework.test.context.TestPropertySource;

/// Nobody piles up sockets.
@IntegrationTest
@TestPropertySource(properties = {"ringback.rate-limit.enabled=true", "ringback.rate-limit.sockets-per-user=3",
        "ringback.rate-limit.waiting-sockets-per-address=4", "ringback.http.trusted-proxies=127.0.0.1,::1"})
class SocketLimitsIntegrationTest {
    private static final String SERVER = Tokens.server();

    @LocalServerPort
    private int port;
    @Autowired
    private SimpUserRegistry users;

    @Test
    void oneSocketTooManyClosesTheOldest() throws Exception {
        var open = new ArrayList<StompUser>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(StompUser.connected(port, "many"));
            }
            open.add(StompUser.connected(port, "many"));
            assertThat(open.getFirst().refusal()).isEqualTo("too many sockets of this user");
            await().until(() -> sessions("many") == 3);
            Api.user(port, "caller").call("many");
            for (var socket : open.subList(1, 4)) {
                socket.next("incoming_call");
            }
            // one that has left is not counted
            open.get(1).close();
            await().until(() -> sessions("many") == 2);
            open.add(StompUser.connected(port, "many"));
            open.get(2).nothingMore();
        } finally {
            open.forEach(StompUser::close);
        }
    }

    @Test
    void theOperatorsBackendMayHaveMore() throws Exception {
        var open = new ArrayList<StompUser>();
        try {
            for (int i = 0; i < 5; i++) {
                open.add(StompUser.connect(port, SERVER));
            }
            await().until(() -> sessions("backend") == 5);
        } finally {
            open.forEach(StompUser::close);
        }
    }

    @Test
    void anAddressHasFewSocketsThatProveNobody() throws Exception {
        var from = "X-Forwarded-For: 198.51.100.20";
        var open = new ArrayList<RawSocket>();
        try {
            for (int i = 0; i < 5; i++) {
                open.add(new RawSocket(port, from));
            }
            try (var other = RawSocket.connected(port, "other", "X-Forwarded-For: 198.51.100.21")) {
                other.send("DISCONNECT\n\n\0");
            }
            // they are counted after their handshake, in any order
            await().until(() -> open.stream().anyMatch(RawSocket::hasAnswer));
            var refused = open.stream().filter(RawSocket::hasAnswer).toList();
            assertThat(refused).singleElement().satisfies(socket -> assertThat(socket.next()).isEqualTo("close 1013"));
            open.removeAll(refused);
            refused.getFirst().close();
            // who proves somebody makes room
            open.getFirst().send("CONNECT\naccept-version:1.2\nAuthorization:Bearer " + Tokens.of("proven") + "\n\n\0");
            assertThat(open.getFirst().next()).startsWith("CONNECTED");
            RawSocket.connected(port, "proven", from).close();
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }

    private int sessions(String userId) {
        var user = users.getUser(userId);
        return user == null ? 0 : user.getSessions().size();
    }
}
