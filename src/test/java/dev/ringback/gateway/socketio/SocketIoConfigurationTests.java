package dev.ringback.gateway.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.mock.env.MockEnvironment;

/// Where Socket.IO is served.
class SocketIoConfigurationTests {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");

    @Test
    void demoModeListensOnLoopbackOnly() {
        assertThat(
                SocketIoConfiguration.address(new SocketIoSettings(3001, ONE), true).getAddress().isLoopbackAddress())
                .isTrue();
    }

    @Test
    void elseItListensWhereItIsToldOrEverywhere() {
        assertThat(SocketIoConfiguration.address(new SocketIoSettings(3001, ONE), false).getAddress()).isEqualTo(ONE);
        assertThat(
                SocketIoConfiguration.address(new SocketIoSettings(3001, null), false).getAddress().isAnyLocalAddress())
                .isTrue();
    }

    @Test
    void whatIsNoPortStopsTheStart() {
        assertThatThrownBy(() -> SocketIoConfiguration.address(new SocketIoSettings(70_000, null), false))
                .isInstanceOf(FailureAnalyzedException.class)
                .hasMessageContaining("70000");
    }

    @Test
    void theDemoIsRemoteWhereThatIsAllowed() {
        assertThat(SocketIoConfiguration.isLocal(true, new MockEnvironment())).isTrue();
        assertThat(SocketIoConfiguration.isLocal(true,
                new MockEnvironment().withProperty("ringback.demo.allow-remote", "true"))).isFalse();
        assertThat(SocketIoConfiguration.isLocal(false, new MockEnvironment())).isFalse();
    }
}
