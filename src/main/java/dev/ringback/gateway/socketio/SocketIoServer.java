package dev.ringback.gateway.socketio;

import com.corundumstudio.socketio.AckMode;
import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.Transport;
import com.corundumstudio.socketio.listener.ExceptionListenerAdapter;
import com.corundumstudio.socketio.namespace.Namespace;
import com.corundumstudio.socketio.namespace.NamespacesHub;
import dev.ringback.call.CallCommands;
import dev.ringback.identity.Authenticator;
import dev.ringback.identity.RateLimits;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.json.JsonMapper;

/// The port of Socket.IO: opens last, and closes first.
///
/// The library's own server class is not used: it stops in some seconds more, and names its port to nobody.
final class SocketIoServer implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(SocketIoServer.class);
    private static final int HEARTBEAT_MS = 10_000;
    private static final int HEARTBEAT_ANSWER_WITHIN_MS = 15_000;
    private static final int FIRST_REQUEST_WITHIN_MS = 10_000;
    private static final int UPGRADE_WITHIN_MS = 10_000;
    private static final int MAX_PAYLOAD = 64 * 1024;
    private static final int STOP_WITHIN_MS = 5_000;
    /// Netty closes a thread's connections before it does what the thread still has to do. A connection that is only then
    /// handed to it is closed in another round, of which there is none without a quiet period.
    private static final int QUIET_MS = 100;

    private final InetSocketAddress address;
    private final List<String> allowedOrigins;
    private final LiveSockets sockets;
    private final CallCommands calls;
    private final Authenticator authenticator;
    private final RateLimits limits;
    private final JsonMapper json;
    private volatile @Nullable Running running;

    /// @param address where to listen; port 0 takes a free one
    SocketIoServer(InetSocketAddress address, List<String> allowedOrigins, LiveSockets sockets, CallCommands calls,
            Authenticator authenticator, RateLimits limits, JsonMapper json) {
        this.address = address;
        this.allowedOrigins = allowedOrigins;
        this.sockets = sockets;
        this.calls = calls;
        this.authenticator = authenticator;
        this.limits = limits;
        this.json = json;
    }

    /// The port that is open, or -1.
    int port() {
        var now = running;
        return now == null ? -1 : ((InetSocketAddress) now.listener().localAddress()).getPort();
    }

    @Override
    public void start() {
        var commands = new Commands(sockets, calls, authenticator, limits, json);
        var doorkeeper = new Doorkeeper(sockets, limits, allowedOrigins);
        var connections = new Connections(() -> new FrontDoor(doorkeeper, sockets, commands));
        var accepting = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("socketio-accept", true),
                NioIoHandler.newFactory());
        var serving = new MultiThreadIoEventLoopGroup(new DefaultThreadFactory("socketio-io", true),
                NioIoHandler.newFactory());
        var configuration = configuration();
        var namespaces = new NamespacesHub(configuration);
        var main = namespaces.create(Namespace.DEFAULT_NAME);
        main.addConnectListener(sockets::opened);
        main.addDisconnectListener(sockets::closed);
        connections.start(configuration, namespaces);
        var bound = new ServerBootstrap().group(accepting, serving)
                .channel(NioServerSocketChannel.class)
                .childHandler(connections)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(LiveSocket.MOST_WAITING / 2, LiveSocket.MOST_WAITING))
                .bind(address)
                .awaitUninterruptibly();
        var opened = new Running(bound.channel(), accepting, serving, connections, commands);
        if (!bound.isSuccess()) {
            opened.close();
            throw new IllegalStateException("Socket.IO cannot listen on %s (ringback.socketio.port, .address): %s"
                    .formatted(address, bound.cause().getMessage()), bound.cause());
        }
        running = opened;
        LOG.info("Socket.IO on port {}", port());
    }

    /// Ends what is under way, then sends everybody away, to come back.
    @Override
    public void stop() {
        var stopping = running;
        if (stopping != null) {
            running = null;
            stopping.listener().close().awaitUninterruptibly(STOP_WITHIN_MS);
            stopping.commands().stop();
            sockets.all().forEach(LiveSocket::comeBack);
            stopping.close();
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    private static Configuration configuration() {
        var configuration = new Configuration();
        configuration.setContext(Doorkeeper.CONTEXT);
        configuration.setTransports(Transport.WEBSOCKET, Transport.POLLING);
        configuration.setJsonSupport(new JsonText(MAX_PAYLOAD));
        configuration.setPingInterval(HEARTBEAT_MS);
        configuration.setPingTimeout(HEARTBEAT_ANSWER_WITHIN_MS);
        configuration.setFirstDataTimeout(FIRST_REQUEST_WITHIN_MS);
        configuration.setUpgradeTimeout(UPGRADE_WITHIN_MS);
        configuration.setMaxHttpContentLength(MAX_PAYLOAD);
        configuration.setMaxFramePayloadLength(MAX_PAYLOAD);
        configuration.setHttpCompression(false);
        configuration.setWebsocketCompression(false);
        // else the client names its socket, by a cookie
        configuration.setRandomSession(true);
        configuration.setEnableCors(false);
        configuration.setAddVersionHeader(false);
        configuration.setAckMode(AckMode.MANUAL);
        configuration.setExceptionListener(new Faults());
        return configuration;
    }

    /// Ends the connection on which something failed.
    private static final class Faults extends ExceptionListenerAdapter {
        @Override
        public boolean exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            LOG.debug("A connection is closed by {}", failure.getClass().getName());
            var _ = context.close();
            return true;
        }

        @Override
        public void onAuthException(Throwable failure, com.corundumstudio.socketio.SocketIOClient client) {
            LOG.debug("A client was not let in by {}", failure.getClass().getName());
        }
    }

    private record Running(Channel listener, EventLoopGroup accepting, EventLoopGroup serving,
            Connections connections, Commands commands) {

        void close() {
            commands.stop();
            // what was written last is on its way by then
            accepting.shutdownGracefully(0, STOP_WITHIN_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(STOP_WITHIN_MS);
            serving.shutdownGracefully(QUIET_MS, STOP_WITHIN_MS, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(STOP_WITHIN_MS);
            connections.stop();
        }
    }
}
