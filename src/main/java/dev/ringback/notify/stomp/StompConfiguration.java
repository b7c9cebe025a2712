package dev.ringback.notify.stomp;

import dev.ringback.identity.Authenticator;
import dev.ringback.identity.ClientAddresses;
import dev.ringback.identity.HttpSettings;
import dev.ringback.identity.RateLimits;
import dev.ringback.telemetry.Spans;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.messaging.simp.broker.SimpleBrokerMessageHandler;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketTransportRegistration;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/// STOMP over plain WebSocket at `/ws`.
@Configuration(proxyBeanMethods = false)
@EnableWebSocketMessageBroker
class StompConfiguration implements WebSocketMessageBrokerConfigurer {
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    /// The broker lets a peer go after three missed heartbeats; this is for clients that asked for none.
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(15);
    private static final int MAX_FRAME_BYTES = 64 * 1024;
    /// Some fifty events: a reader this far behind is dropped and gets the snapshot when it comes back.
    private static final int SEND_BUFFER_BYTES = 64 * 1024;
    private static final int SEND_TIME_LIMIT_MS = 10_000;

    private final HttpSettings settings;
    private final ClientAddresses addresses;
    private final OpenSockets sockets;
    private final ClientGate gate;
    private final Heartbeats heartbeats;
    private final Spans spans;

    StompConfiguration(Authenticator authenticator, HttpSettings settings, ClientAddresses addresses,
            RateLimits limits, Spans spans, Clock clock) {
        this.settings = settings;
        this.addresses = addresses;
        this.spans = spans;
        this.sockets = new OpenSockets(timers(clock), limits, CONNECT_WITHIN);
        this.heartbeats = new Heartbeats(sockets::count);
        this.gate = new ClientGate(authenticator, limits, sockets);
    }

    @Override
    public void registerStompEndpoints(StompEndpointRegistry registry) {
        registry.setErrorHandler(new StompErrors(sockets));
        registry.addEndpoint("/ws")
                .setHandshakeHandler(new DefaultHandshakeHandler(new LeanUpgrade(IDLE_TIMEOUT, MAX_FRAME_BYTES)))
                .addInterceptors(rememberTheAddress())
                .setAllowedOrigins(settings.allowedOrigins().toArray(String[]::new));
    }

    @Override
    public void configureWebSocketTransport(WebSocketTransportRegistration transport) {
        transport.setMessageSizeLimit(MAX_FRAME_BYTES)
                .setSendBufferSizeLimit(SEND_BUFFER_BYTES)
                .setSendTimeLimit(SEND_TIME_LIMIT_MS)
                .addDecoratorFactory(sockets::watching);
    }

    @Override
    public void configureMessageBroker(MessageBrokerRegistry registry) {
        registry.setApplicationDestinationPrefixes("/app")
                .setPreservePublishOrder(true)
                .enableSimpleBroker("/queue")
                .setHeartbeatValue(new long[]{HEARTBEAT.toMillis(), HEARTBEAT.toMillis()})
                .setTaskScheduler(heartbeats.scheduler());
    }

    /// A command runs on the virtual thread that reads the socket: commands of one socket stay in order, and one that
    /// sends faster than it is served is slowed down by TCP instead of filling a queue.
    @Override
    public void configureClientInboundChannel(ChannelRegistration channel) {
        if (spans.areOn()) {
            channel.interceptors(new CommandSpans(spans));
        }
        channel.interceptors(gate).executor(new SyncTaskExecutor());
    }

    /// A reader that does not read blocks the thread that writes to it: its own virtual one, and nobody else.
    @Override
    public void configureClientOutboundChannel(ChannelRegistration channel) {
        channel.interceptors(heartbeats).executor(new VirtualThreadTaskExecutor("stomp-out-"));
    }

    /// Spring's own handler does so after the web server has gone, when there is nobody left to hear it.
    @EventListener
    void stopping(ContextClosedEvent event) {
        sockets.closeAll();
    }

    @Bean
    static BeanPostProcessor exactSubscriptions() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof SimpleBrokerMessageHandler broker) {
                    broker.setSubscriptionRegistry(new ExactSubscriptions());
                }
                return bean;
            }
        };
    }

    /// Refuses compression: its state costs 90 kB a socket, more than all the rest together, and events are small.
    @Bean
    static WebServerFactoryCustomizer<JettyServletWebServerFactory> noSocketCompression() {
        return factory -> factory.addServerCustomizers(server -> Arrays.stream(server.getConnectors())
                .flatMap(connector -> connector.getConnectionFactories().stream())
                .filter(HttpConfiguration.ConnectionFactory.class::isInstance)
                .map(HttpConfiguration.ConnectionFactory.class::cast)
                .forEach(
                        http -> http.getHttpConfiguration().addCustomizer((request, _) -> withoutExtensions(request))));
    }

    private static Request withoutExtensions(Request request) {
        if (!request.getHeaders().contains(HttpHeader.SEC_WEBSOCKET_EXTENSIONS)) {
            return request;
        }
        var headers = HttpFields.build(request.getHeaders()).remove(HttpHeader.SEC_WEBSOCKET_EXTENSIONS).asImmutable();
        return new Request.Wrapper(request) {
            @Override
            public HttpFields getHeaders() {
                return headers;
            }
        };
    }

    private HandshakeInterceptor rememberTheAddress() {
        return new HandshakeInterceptor() {
            @Override
            public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response,
                    WebSocketHandler handler, Map<String, Object> attributes) {
                if (request instanceof ServletServerHttpRequest servlet) {
                    attributes.put(OpenSockets.ADDRESS, addresses.of(servlet.getServletRequest()));
                }
                return true;
            }

            @Override
            public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response,
                    WebSocketHandler handler, @Nullable Exception failure) {}
        };
    }

    /// @param clock by which tokens end: this machine's own may be wrong
    private static ThreadPoolTaskScheduler timers(Clock clock) {
        var scheduler = new ThreadPoolTaskScheduler();
        scheduler.setClock(clock);
        scheduler.setThreadNamePrefix("stomp-timer-");
        scheduler.setDaemon(true);
        // the expiry of a socket that has gone must not stay in memory until its token would have expired
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.initialize();
        return scheduler;
    }
}
