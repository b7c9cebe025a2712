package dev.ringback.notify.apns;

import dev.ringback.notify.PushInspector;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.tls.HeldCertificate;

/// Apple's two servers, on one port of this machine that nobody else reaches. The notifier in front of them is the one
/// that talks to Apple.
///
/// Not pushy's mock server: that one listens on all addresses, and holds up all pushes for a slow answer to one.
final class SimulatedApple implements AutoCloseable {
    private static final String BUNDLE_ID = "dev.ringback.demo";
    private static final String NAME_OF_LOOPBACK = "localhost";
    private static final int CERTIFICATE_DAYS = 3650;
    private static final int MAX_STREAMS = 1000;

    private final PushInspector inspector;
    private final ApnsSettings settings;
    private final Clock clock;
    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final HeldCertificate certificate;
    private final EventLoopGroup threads;
    private final Channel server;

    /// @param settings without credentials
    SimulatedApple(PushInspector inspector, ApnsSettings settings, Clock clock) {
        this.inspector = inspector;
        this.settings = settings;
        this.clock = clock;
        this.certificate = new HeldCertificate.Builder().addSubjectAlternativeName(loopback.getHostAddress())
                .addSubjectAlternativeName(NAME_OF_LOOPBACK)
                .duration(CERTIFICATE_DAYS, TimeUnit.DAYS)
                .build();
        this.threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        this.server = new ServerBootstrap().group(threads)
                .channel(NioServerSocketChannel.class)
                .childHandler(new Connection(tls(certificate)))
                .bind(loopback, 0)
                .syncUninterruptibly()
                .channel();
    }

    /// The operator's settings, led here, with credentials of this run. The two environments have a name of this machine
    /// each.
    ApnsSettings settings() {
        var port = ((InetSocketAddress) server.localAddress()).getPort();
        return new ApnsSettings(certificate.privateKeyPkcs8Pem(), "SIMULATED0", "SIMULATED0", BUNDLE_ID,
                loopback.getHostAddress(), NAME_OF_LOOPBACK, port, certificate.certificatePem(),
                settings.voipCancel());
    }

    @Override
    public void close() {
        var _ = server.close();
        var _ = threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static SslContext tls(HeldCertificate certificate) {
        try {
            return SslContextBuilder.forServer(certificate.keyPair().getPrivate(), certificate.certificate())
                    .applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("no TLS for the simulated APNs", e);
        }
    }

    private String realHost(CharSequence authority) {
        return NAME_OF_LOOPBACK.contentEquals(authority) ? settings.sandboxHost() : settings.host();
    }

    private final class Connection extends ChannelInitializer<Channel> {
        private final SslContext tls;

        Connection(SslContext tls) {
            this.tls = tls;
        }

        @Override
        protected void initChannel(Channel connection) {
            connection.pipeline()
                    .addLast(tls.newHandler(connection.alloc()),
                            Http2FrameCodecBuilder.forServer()
                                    .initialSettings(new Http2Settings().maxConcurrentStreams(MAX_STREAMS))
                                    .build(),
                            new Http2MultiplexHandler(new ChannelInitializer<>() {
                                @Override
                                protected void initChannel(Channel stream) {
                                    stream.pipeline()
                                            .addLast(new SimulatedExchange(inspector, SimulatedApple.this::realHost,
                                                    clock));
                                }
                            }));
        }
    }
}
