package dev.ringback.gateway.socketio;

import com.corundumstudio.socketio.Transport;
import com.corundumstudio.socketio.messages.PacketsMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands before the library on each connection. Requests come in by [Doorkeeper]'s word. Of packets the library gets
/// heartbeats and the change to a WebSocket, which hold nothing of the client's; all others are read here.
///
/// For the library would log what it cannot read, spend a second on a long number, keep attachments without end, and let a
/// request with a socket's id pass whatever its origin.
final class FrontDoor extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
    private static final String PREFLIGHT_SECONDS = "3600";

    private final Doorkeeper doorkeeper;
    private final LiveSockets sockets;
    private final Commands commands;
    private @Nullable String origin;
    private boolean opening;

    FrontDoor(Doorkeeper doorkeeper, LiveSockets sockets, Commands commands) {
        this.doorkeeper = doorkeeper;
        this.sockets = sockets;
        this.commands = commands;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case FullHttpRequest request -> request(context, request);
            case PacketsMessage packets -> packets(context, packets);
            case PingWebSocketFrame ping -> pong(context, ping);
            case PongWebSocketFrame pong -> pong.release();
            case BinaryWebSocketFrame binary -> binary(context, binary);
            default -> context.fireChannelRead(message);
        }
    }

    private void request(ChannelHandlerContext context, FullHttpRequest request) {
        origin = doorkeeper.mayComeFrom(request) ? request.headers().get(HttpHeaderNames.ORIGIN) : null;
        switch (doorkeeper.judge(context.channel(), request)) {
            case Doorkeeper.Enter enter -> enter(context, request, enter);
            case Doorkeeper.Preflight _ -> {
                request.release();
                preflight(context);
            }
            case Doorkeeper.Refused refused -> {
                request.release();
                refuse(context, refused);
            }
        }
    }

    private void enter(ChannelHandlerContext context, FullHttpRequest request, Doorkeeper.Enter enter) {
        var socket = enter.socket();
        if (socket == null) {
            // what opens a socket leaves when the socket is known, so that no answer to it comes before
            opening = enter.transport() == Transport.POLLING;
            context.fireChannelRead(request);
            opening = false;
            context.flush();
        } else if (request.method().equals(HttpMethod.POST)) {
            context.fireChannelRead(request);
        } else if (!socket.answer(() -> context.fireChannelRead(request))) {
            request.release();
            refuse(context, Doorkeeper.unknown());
        }
    }

    private void packets(ChannelHandlerContext context, PacketsMessage message) {
        var head = message.getClient();
        var socket = sockets.find(head.getSessionId());
        if (socket == null || (message.getTransport() == Transport.WEBSOCKET && !socket.takes(context.channel()))) {
            var _ = context.close();
            return;
        }
        if (socket.isEnding()) {
            return;
        }
        var text = text(message.getContent());
        if (text == null) {
            commands.malformed(socket, null, "not UTF-8");
            return;
        }
        for (var packet : Inbound.of(text)) {
            packet(context, message, socket, packet);
        }
    }

    private void packet(ChannelHandlerContext context, PacketsMessage message, LiveSocket socket, Inbound packet) {
        boolean byWebSocket = message.getTransport() == Transport.WEBSOCKET;
        switch (packet) {
            case Inbound.Pong _ -> pass(context, message, "3");
            case Inbound.Probe _ when byWebSocket && !socket.usesWebSocket() -> pass(context, message, "2probe");
            case Inbound.Upgrade _ when byWebSocket && !socket.usesWebSocket() ->
                socket.exclusively(() -> pass(context, message, "5"));
            case Inbound.Probe _,Inbound.Upgrade _ ->
                commands.malformed(socket, null, "there is no transport to change to");
            case Inbound.Leave _ -> socket.leave();
            case Inbound.Nothing _ -> {
            }
            case Inbound.Connect(var auth) -> commands.connect(socket, auth);
            case Inbound.Event event -> commands.event(socket, event);
            case Inbound.Elsewhere(var namespace) -> elsewhere(socket, namespace);
            case Inbound.Malformed(var why) -> commands.malformed(socket, null, why);
        }
    }

    private void elsewhere(LiveSocket socket, String namespace) {
        socket.send(Outbound.invalidNamespace(namespace));
        if (socket.isAtFault()) {
            socket.drop();
        }
    }

    private static void pass(ChannelHandlerContext context, PacketsMessage message, String packet) {
        context.fireChannelRead(new PacketsMessage(message.getClient(),
                Unpooled.copiedBuffer(packet, StandardCharsets.US_ASCII), message.getTransport()));
    }

    private static @Nullable String text(ByteBuf content) {
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(ByteBufUtil.getBytes(content)))
                    .toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    private static void pong(ChannelHandlerContext context, PingWebSocketFrame ping) {
        if (context.channel().isWritable()) {
            var _ = context.channel().writeAndFlush(new PongWebSocketFrame(ping.content()));
        } else {
            ping.release();
        }
    }

    /// An attachment. The packet before it was refused; of one in parts, the next part would be taken for text.
    private static void binary(ChannelHandlerContext context, BinaryWebSocketFrame frame) {
        if (!frame.isFinalFragment()) {
            var _ = context.close();
        }
        frame.release();
    }

    private void preflight(ChannelHandlerContext context) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT);
        if (origin != null) {
            response.headers()
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST")
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "content-type")
                    .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
        }
        answer(context, response);
    }

    private void refuse(ChannelHandlerContext context, Doorkeeper.Refused refused) {
        var body = "{\"code\":%d,\"message\":\"%s\"}".formatted(refused.code(), refused.message());
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, refused.status(),
                Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        answer(context, response);
    }

    private void answer(ChannelHandlerContext context, DefaultFullHttpResponse response) {
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        harden(response.headers());
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            harden(response.headers());
        }
        var _ = context.write(message, promise);
    }

    /// The library sets a cookie that nobody needs, and closes each connection whatever it says.
    private void harden(HttpHeaders headers) {
        headers.remove(HttpHeaderNames.SET_COOKIE)
                .remove(HttpHeaderNames.SERVER)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("x-content-type-options", "nosniff")
                .set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        if (headers.contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true)) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (origin != null) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (!opening) {
            context.flush();
        }
    }

    /// The kind only: the words of a failure may repeat what was sent.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        LOG.debug("A connection is closed by {}", failure.getClass().getName());
        var _ = context.close();
    }
}
