package push;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/// Requests over TLS on loopback: HTTP/2 for who offers it, else HTTP/1.1.
final class PushService {
    /// As FCM and most servers have it.
    private static final int STREAMS = 100;
    private static final int MAX_BYTES = 64 * 1024;

    private final Function<FullHttpRequest, FullHttpResponse> answers;

    private PushService(Function<FullHttpRequest, FullHttpResponse> answers) {
        this.answers = answers;
    }

    /// @param answers null: the request is left unanswered
    /// @return the port
    static int start(EventLoopGroup threads, Certificate certificate,
            Function<FullHttpRequest, FullHttpResponse> answers) throws SSLException {
        var tls = tls(certificate);
        var service = new PushService(answers);
        var bound = new ServerBootstrap().group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(service.connection(tls))
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        return ((InetSocketAddress) bound.localAddress()).getPort();
    }

    private static SslContext tls(Certificate certificate) throws SSLException {
        return SslContextBuilder.forServer(certificate.key(), certificate.certificate())
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1))
                .build();
    }

    private ChannelHandler connection(SslContext tls) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Negotiation());
            }
        };
    }

    private final class Negotiation extends ApplicationProtocolNegotiationHandler {
        Negotiation() {
            super(ApplicationProtocolNames.HTTP_1_1);
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                var settings = Http2Settings.defaultSettings().maxConcurrentStreams(STREAMS);
                context.pipeline()
                        .addLast(Http2FrameCodecBuilder.forServer().initialSettings(settings).build(),
                                new Http2MultiplexHandler(stream()));
            } else {
                requests(context.pipeline().addLast(new HttpServerCodec()));
            }
        }

        private ChannelHandler stream() {
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    requests(channel.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true)));
                }
            };
        }

        private void requests(ChannelPipeline pipeline) {
            pipeline.addLast(new HttpObjectAggregator(MAX_BYTES), new Requests());
        }
    }

    private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            var response = answers.apply(request);
            if (response != null) {
                response.headers().setInt("content-length", response.content().readableBytes());
                var stream = request.headers().get(HttpConversionUtil.ExtensionHeaderNames.STREAM_ID.text());
                if (stream != null) {
                    response.headers().set(HttpConversionUtil.ExtensionHeaderNames.STREAM_ID.text(), stream);
                }
                context.writeAndFlush(response);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            context.close();
        }
    }
}
