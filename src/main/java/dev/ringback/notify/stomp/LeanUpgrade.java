package dev.ringback.notify.stomp;

import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletCoreRequest;
import org.eclipse.jetty.ee11.servlet.ServletCoreResponse;
import org.eclipse.jetty.ee11.websocket.server.internal.JettyServerFrameHandlerFactory;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.websocket.api.ExtensionConfig;
import org.eclipse.jetty.websocket.api.UpgradeResponse;
import org.eclipse.jetty.websocket.common.JettyWebSocketFrameHandler;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.adapter.jetty.JettyWebSocketHandlerAdapter;
import org.springframework.web.socket.adapter.jetty.JettyWebSocketSession;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.RequestUpgradeStrategy;

/// Makes a socket of a request, as Spring's strategy for Jetty does, and forgets the request.
///
/// What Jetty 12.1 keeps of a handshake for as long as the socket is open has a view of the response's header fields, and
/// by it the response, the request and the HTTP connection: a third of the memory of an idle socket. Nobody asks for
/// the response again, so [Answered] stands for it. Once Jetty copies those fields, Spring's strategy does as well.
final class LeanUpgrade implements RequestUpgradeStrategy {
    /// RFC 6455
    private static final String[] VERSIONS = {"13"};

    private final Configuration.ConfigurationCustomizer limits = new Configuration.ConfigurationCustomizer();

    /// @param idleTimeout after which a socket without a frame is closed
    /// @param maxMessage bytes
    LeanUpgrade(Duration idleTimeout, long maxMessage) {
        limits.setIdleTimeout(idleTimeout);
        limits.setMaxTextMessageSize(maxMessage);
        limits.setMaxBinaryMessageSize(maxMessage);
    }

    @Override
    public String[] getSupportedVersions() {
        return VERSIONS.clone();
    }

    @Override
    public List<WebSocketExtension> getSupportedExtensions(ServerHttpRequest request) {
        return List.of();
    }

    @Override
    public void upgrade(ServerHttpRequest request, ServerHttpResponse response, @Nullable String protocol,
            List<WebSocketExtension> extensions, @Nullable Principal user, WebSocketHandler handler,
            Map<String, Object> attributes) {
        var asked = ((ServletServerHttpRequest) request).getServletRequest();
        var answer = ((ServletServerHttpResponse) response).getServletResponse();
        var context = asked.getServletContext();
        var frames = JettyServerFrameHandlerFactory.getFactory(context);
        var mappings = WebSocketMappings.getMappings(ServletContextHandler.getServletContextHandler(context));
        var endpoint = new JettyWebSocketHandlerAdapter(handler, new JettyWebSocketSession(attributes, user));
        WebSocketNegotiator negotiator = (negotiated, negotiatedAnswer, _) -> {
            if (protocol != null) {
                negotiatedAnswer.setAcceptedSubProtocol(protocol);
            }
            var socket = (JettyWebSocketFrameHandler) frames.newFrameHandler(endpoint, negotiated, negotiatedAnswer);
            socket.setUpgradeResponse(new Answered(protocol));
            return socket;
        };
        var core = ServletCoreRequest.wrap(asked);
        try (var answered = Blocker.callback()) {
            if (mappings.upgrade(negotiator, core, ServletCoreResponse.wrap(core, answer, false), answered, limits)) {
                answered.block();
            }
        } catch (IOException failure) {
            throw new HandshakeFailureException("The socket could not be opened", failure);
        }
    }

    /// What is left of the response to the handshake.
    private record Answered(@Nullable String protocol) implements UpgradeResponse {
        private static final int SWITCHING_PROTOCOLS = 101;

        @Override
        public @Nullable String getAcceptedSubProtocol() {
            return protocol;
        }

        @Override
        public List<ExtensionConfig> getExtensions() {
            return List.of();
        }

        @Override
        public @Nullable String getHeader(String name) {
            return null;
        }

        @Override
        public Set<String> getHeaderNames() {
            return Set.of();
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return Map.of();
        }

        @Override
        public List<String> getHeaders(String name) {
            return List.of();
        }

        @Override
        public int getStatusCode() {
            return SWITCHING_PROTOCOLS;
        }
    }
}
