package dev.ringback.notify.apns;

import dev.ringback.device.Platform;
import dev.ringback.notify.InspectedPush;
import dev.ringback.notify.InspectedPush.Header;
import dev.ringback.notify.PushInspector;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// One request to the simulated Apple and its answer, in Apple's words (developer.apple.com, *Handling notification
/// responses from APNs*).
final class SimulatedExchange extends SimpleChannelInboundHandler<Http2StreamFrame> {
    private static final String PATH = "/3/device/";
    /// Apple's longest payload.
    private static final int MAX_BYTES = 5120;

    private final PushInspector inspector;
    private final Function<CharSequence, String> realHost;
    private final Clock clock;
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    private @Nullable Http2Headers headers;

    /// @param realHost of the one that was called
    SimulatedExchange(PushInspector inspector, Function<CharSequence, String> realHost, Clock clock) {
        this.inspector = inspector;
        this.realHost = realHost;
        this.clock = clock;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext stream, Http2StreamFrame frame) {
        if (frame instanceof Http2HeadersFrame first && headers == null) {
            headers = first.headers();
        } else if (frame instanceof Http2DataFrame data) {
            if (payload.size() <= MAX_BYTES) {
                payload.writeBytes(ByteBufUtil.getBytes(data.content()));
            }
            if (data.isEndStream()) {
                answer(stream, Objects.requireNonNull(headers));
            }
        }
    }

    private void answer(ChannelHandlerContext stream, Http2Headers headers) {
        var path = headers.path().toString();
        if (!path.startsWith(PATH)) {
            refuse(stream, 404, Map.of("reason", "BadPath"));
        } else if (payload.size() > MAX_BYTES) {
            refuse(stream, 413, Map.of("reason", "PayloadTooLarge"));
        } else if (path.equals(PATH + ApnsRequests.NOBODY)) {
            refuse(stream, 400, Map.of("reason", ApnsErrors.BAD_DEVICE_TOKEN));
        } else {
            var answer = inspector.inspect(push(headers, path.substring(PATH.length())));
            var _ = stream.executor()
                    .schedule(() -> say(stream, answer.word()), answer.after().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private InspectedPush push(Http2Headers headers, String token) {
        return new InspectedPush(ApnsConfiguration.NAME,
                "voip".contentEquals(headers.get("apns-push-type", "")) ? Platform.IOS : Platform.IOS_ALERT, token,
                clock.instant(), headers.method().toString(),
                "https://" + realHost.apply(headers.authority()) + headers.path(), shown(headers),
                payload.toString(StandardCharsets.UTF_8));
    }

    /// Without those of HTTP/2 itself, which make up method and address.
    private static List<Header> shown(Http2Headers headers) {
        var shown = new ArrayList<Header>();
        headers.forEach(header -> {
            if (!Http2Headers.PseudoHeaderName.isPseudoHeader(header.getKey())) {
                shown.add(new Header(header.getKey().toString(), header.getValue().toString()));
            }
        });
        return shown;
    }

    private void say(ChannelHandlerContext stream, PushInspector.Word word) {
        switch (word) {
            case TAKEN -> {
                var _ = stream.writeAndFlush(new DefaultHttp2HeadersFrame(head(200), true));
            }
            case UNREGISTERED -> refuse(stream, 410,
                    Map.of("reason", "Unregistered", "timestamp", clock.instant().toEpochMilli()));
            case UNAVAILABLE -> refuse(stream, 503, Map.of("reason", "ServiceUnavailable"));
        }
    }

    private void refuse(ChannelHandlerContext stream, int status, Map<String, ?> why) {
        var json = Unpooled.wrappedBuffer(JsonMapper.shared().writeValueAsBytes(why));
        var _ = stream.write(new DefaultHttp2HeadersFrame(head(status)));
        var _ = stream.writeAndFlush(new DefaultHttp2DataFrame(json, true));
    }

    private Http2Headers head(int status) {
        var head = new DefaultHttp2Headers().status(String.valueOf(status));
        var apnsId = Objects.requireNonNull(headers).get("apns-id");
        return apnsId == null ? head : head.set("apns-id", apnsId);
    }
}
