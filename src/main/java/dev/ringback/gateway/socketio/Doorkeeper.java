package dev.ringback.gateway.socketio;

import com.corundumstudio.socketio.Transport;
import dev.ringback.identity.ClientAddresses;
import dev.ringback.identity.RateLimits;
import dev.ringback.web.ProblemException;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.cors.CorsConfiguration;

/// Which requests are let in, by name: all others are answered here, with the codes of Engine.IO's own server.
final class Doorkeeper {
    static final String CONTEXT = "/socket.io";
    private static final String PATH = CONTEXT + "/";
    /// Addresses end in logs, so that a token in one is refused, to be noticed.
    private static final Set<String> SECRETS = Set.of("token", "access_token", "jwt", "auth", "authorization",
            "bearer");
    /// JSONP, base64 for old browsers, and a way to end a socket that no client uses.
    private static final Set<String> NOT_SERVED = Set.of("j", "b64", "disconnect");
    private static final Pattern WEB_SOCKET_KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private final LiveSockets sockets;
    private final RateLimits limits;
    private final CorsConfiguration origins = new CorsConfiguration();

    /// @param allowedOrigins whose pages may connect, beside those of the same host and port
    Doorkeeper(LiveSockets sockets, RateLimits limits, List<String> allowedOrigins) {
        this.sockets = sockets;
        this.limits = limits;
        origins.setAllowedOrigins(allowedOrigins);
    }

    /// What becomes of a request.
    sealed interface Verdict {}

    /// @param socket whose it is; null for a new one
    record Enter(@Nullable LiveSocket socket, Transport transport) implements Verdict {}

    /// The question of a browser whether it may ask.
    record Preflight() implements Verdict {}

    /// @param code of Engine.IO
    record Refused(HttpResponseStatus status, int code, String message) implements Verdict {}

    /// Whether a page of this origin may talk to us, or there is no page.
    boolean mayComeFrom(HttpRequest request) {
        var origin = request.headers().get(HttpHeaderNames.ORIGIN);
        return origin == null || origins.checkOrigin(origin) != null || isOfThisHost(origin, request);
    }

    /// Which ends TLS, and so the scheme, is not known here.
    private static boolean isOfThisHost(String origin, HttpRequest request) {
        int host = origin.indexOf("://");
        return host > 0 && origin.substring(host + "://".length())
                .equalsIgnoreCase(request.headers().get(HttpHeaderNames.HOST));
    }

    Verdict judge(Channel channel, HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return bad("Bad request");
        }
        var query = new QueryStringDecoder(request.uri());
        if (!query.path().equals(PATH)) {
            return new Refused(HttpResponseStatus.NOT_FOUND, 3, "There is nothing at this address");
        }
        if (!mayComeFrom(request)) {
            sockets.refused("origin");
            return new Refused(HttpResponseStatus.FORBIDDEN, 4, "Forbidden");
        }
        if (request.method().equals(HttpMethod.OPTIONS)) {
            return new Preflight();
        }
        var parameters = query.parameters();
        if (parameters.keySet().stream().anyMatch(SECRETS::contains)) {
            sockets.refused("token_in_address");
            return bad("A token in the address ends in logs: send it in auth");
        }
        if (parameters.keySet().stream().anyMatch(NOT_SERVED::contains)
                || parameters.values().stream().anyMatch(values -> values.size() > 1)) {
            return bad("Bad request");
        }
        if (!"4".equals(only(parameters, "EIO"))) {
            return new Refused(HttpResponseStatus.BAD_REQUEST, 5, "Unsupported protocol version");
        }
        return switch (only(parameters, "transport")) {
            case "polling" -> polling(channel, request, only(parameters, "sid"));
            case "websocket" -> webSocket(channel, request, only(parameters, "sid"));
            default -> new Refused(HttpResponseStatus.BAD_REQUEST, 0, "Transport unknown");
        };
    }

    private Verdict polling(Channel channel, HttpRequest request, String socketId) {
        boolean get = request.method().equals(HttpMethod.GET);
        if (socketId.isEmpty()) {
            return get ? newSocket(channel, request, Transport.POLLING) : badHandshake();
        }
        var socket = find(socketId);
        if (socket == null) {
            return unknown();
        }
        if (!get && !request.method().equals(HttpMethod.POST)) {
            return badHandshake();
        }
        if (socket.usesWebSocket() || (get && !socket.polls(channel))) {
            return bad("Bad request");
        }
        return new Enter(socket, Transport.POLLING);
    }

    private Verdict webSocket(Channel channel, HttpRequest request, String socketId) {
        if (!request.method().equals(HttpMethod.GET) || !isUpgrade(request)) {
            return badHandshake();
        }
        if (socketId.isEmpty()) {
            return newSocket(channel, request, Transport.WEBSOCKET);
        }
        var socket = find(socketId);
        if (socket == null) {
            return unknown();
        }
        return socket.takes(channel) ? new Enter(socket, Transport.WEBSOCKET) : bad("Bad request");
    }

    private Verdict newSocket(Channel channel, HttpRequest request, Transport transport) {
        try {
            limits.mayBeAnonymous(sockets.addressOf((InetSocketAddress) channel.remoteAddress(),
                    request.headers().getAll(ClientAddresses.FORWARDED_FOR)));
            return new Enter(null, transport);
        } catch (ProblemException _) {
            sockets.refused("rate_limited");
            return new Refused(HttpResponseStatus.TOO_MANY_REQUESTS, 4, "Too many requests");
        }
    }

    /// All that the handshake needs: where it fails later, the library keeps the client for ever.
    private static boolean isUpgrade(HttpRequest request) {
        var headers = request.headers();
        var key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && "13".equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))
                && key != null && WEB_SOCKET_KEY.matcher(key).matches();
    }

    private @Nullable LiveSocket find(String socketId) {
        try {
            return sockets.find(UUID.fromString(socketId));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static String only(Map<String, List<String>> parameters, String name) {
        return parameters.getOrDefault(name, List.of("")).getFirst();
    }

    /// The socket is over, or never was.
    static Refused unknown() {
        return new Refused(HttpResponseStatus.BAD_REQUEST, 1, "Session ID unknown");
    }

    private static Refused badHandshake() {
        return new Refused(HttpResponseStatus.BAD_REQUEST, 2, "Bad handshake method");
    }

    private static Refused bad(String message) {
        return new Refused(HttpResponseStatus.BAD_REQUEST, 3, message);
    }
}
