package dev.ringback.gateway.socketio;

import dev.ringback.call.CallCommands;
import dev.ringback.identity.Authenticator;
import dev.ringback.identity.ClientAddresses;
import dev.ringback.identity.DemoTokens;
import dev.ringback.identity.HttpSettings;
import dev.ringback.identity.RateLimits;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.StringUtils;
import tools.jackson.databind.json.JsonMapper;

/// Socket.IO, where it has a port.
@Configuration(proxyBeanMethods = false)
@Conditional(SocketIoConfiguration.HasPort.class)
class SocketIoConfiguration {
    private static final int LAST_PORT = 65_535;

    @Bean
    static LiveSockets socketIoSockets(RateLimits limits, ClientAddresses addresses, ApplicationEventPublisher events,
            JsonMapper json, MeterRegistry metrics, Clock clock) {
        return new LiveSockets(limits, addresses, timers(clock), events, json, metrics);
    }

    @Bean
    static SocketIoServer socketIoServer(SocketIoSettings settings, HttpSettings http, LiveSockets sockets,
            CallCommands calls, Authenticator authenticator, RateLimits limits, JsonMapper json,
            ObjectProvider<DemoTokens> demo, Environment environment) {
        boolean local = isLocal(demo.getIfAvailable() != null, environment);
        return new SocketIoServer(address(settings, local), http.allowedOrigins(), sockets, calls, authenticator,
                limits,
                json);
    }

    /// `ringback.demo.allow-remote` is the demo's own, which is there in demo mode only.
    static boolean isLocal(boolean demoMode, Environment environment) {
        return demoMode && !environment.getProperty("ringback.demo.allow-remote", Boolean.class, false);
    }

    /// As the web server does it: in demo mode anybody can be anybody.
    static InetSocketAddress address(SocketIoSettings settings, boolean local) {
        var port = settings.port();
        if (port == null || port < 0 || port > LAST_PORT) {
            throw new FailureAnalyzedException("ringback.socketio.port is no port: %s".formatted(port),
                    "Set RINGBACK_SOCKETIO_PORT to a number from 1 to 65535, or to nothing.");
        }
        var address = settings.address();
        if (local) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }
        return address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port);
    }

    /// @param clock by which tokens end: this machine's own may be wrong
    private static ThreadPoolTaskScheduler timers(Clock clock) {
        var scheduler = new ThreadPoolTaskScheduler();
        scheduler.setClock(clock);
        scheduler.setThreadNamePrefix("socketio-timer-");
        scheduler.setDaemon(true);
        // the expiry of a socket that has gone must not stay in memory until its token would have expired
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.initialize();
        return scheduler;
    }

    /// An empty setting is none.
    static final class HasPort implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StringUtils.hasText(context.getEnvironment().getProperty("ringback.socketio.port"));
        }
    }
}
