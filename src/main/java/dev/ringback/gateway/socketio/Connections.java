package dev.ringback.gateway.socketio;

import com.corundumstudio.socketio.SocketIOChannelInitializer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Each connection that is taken: the library's handlers, with [FrontDoor] before them.
final class Connections extends SocketIOChannelInitializer {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    /// Of one that polls there are some now and then.
    private static final int MOST = 20_000;

    private final AtomicInteger open = new AtomicInteger();
    private final Supplier<FrontDoor> door;

    Connections(Supplier<FrontDoor> door) {
        this.door = door;
    }

    @Override
    protected void initChannel(Channel channel) throws Exception {
        channel.closeFuture().addListener(_ -> open.decrementAndGet());
        if (open.incrementAndGet() > MOST) {
            var _ = channel.close();
        } else {
            super.initChannel(channel);
        }
    }

    @Override
    protected void addSocketioHandlers(ChannelPipeline pipeline) {
        super.addSocketioHandlers(pipeline);
        pipeline.addBefore(PACKET_HANDLER, "frontDoor", door.get());
        pipeline.addLast("lastResort", new LastResort());
    }

    /// What failed further up ends the connection, and with it the socket; nothing of it is logged but its kind.
    private static final class LastResort extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            LOG.debug("A connection is closed by {}", failure.getClass().getName());
            var _ = context.close();
        }
    }
}
