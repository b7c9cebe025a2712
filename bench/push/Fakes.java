package push;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.eatthepath.pushy.apns.server.BenchmarkApnsServerBuilder;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.slf4j.LoggerFactory;

/// The three push services, on loopback ports. They take everything.
final class Fakes {
    /// Apple's own limit at the time of writing.
    private static final int APNS_STREAMS = 1000;
    private static final int THREADS = 2;

    private final EventLoopGroup threads = threads();
    private final AtomicLong messages = new AtomicLong();
    private final Consumer<String> arrived;
    private final int apns;
    private final int fcm;
    private final int webPush;
    private volatile String dead = "";

    static {
        // else Netty logs every frame
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    }

    private Fakes(Certificate certificate, Consumer<String> arrived, boolean fast) throws SSLException {
        this.arrived = arrived;
        this.apns = fast ? fastApns(certificate) : apns(certificate);
        this.fcm = PushService.start(threads, certificate, this::fcm);
        this.webPush = PushService.start(threads, certificate, this::webPush);
    }

    /// That answer as fast as they can and look at nothing.
    static Fakes fast(Path folder) throws IOException, GeneralSecurityException {
        return new Fakes(Certificate.read(folder.resolve("key.p12")), _ -> {}, true);
    }

    /// @param arrived gets the token of each push when it comes; a browser's is the end of its endpoint's path
    static Fakes watched(Path folder, Consumer<String> arrived) throws IOException, GeneralSecurityException {
        return new Fakes(Certificate.read(folder.resolve("key.p12")), arrived, false);
    }

    int apnsPort() {
        return apns;
    }

    int fcmPort() {
        return fcm;
    }

    int webPushPort() {
        return webPush;
    }

    String endpoint(String name) {
        return "https://localhost:" + webPush + "/push/" + name;
    }

    /// How many pushes FCM and the browsers' push service have taken so far.
    long taken() {
        return messages.get();
    }

    /// This channel takes requests and answers none, `fcm` or `web-push`; empty: all answer.
    void kill(String channel) {
        dead = channel;
    }

    /// pushy knows no newer kind.
    @SuppressWarnings("deprecation")
    private static EventLoopGroup threads() {
        return new NioEventLoopGroup(THREADS);
    }

    private int fastApns(Certificate certificate) throws SSLException {
        return new BenchmarkApnsServerBuilder()
                .setServerCredentials(new X509Certificate[]{certificate.certificate()}, certificate.key(), null)
                .setEventLoopGroup(threads)
                .setMaxConcurrentStreams(APNS_STREAMS)
                .build()
                .start(0)
                .join();
    }

    private int apns(Certificate certificate) throws SSLException {
        return new MockApnsServerBuilder()
                .setServerCredentials(new X509Certificate[]{certificate.certificate()}, certificate.key(), null)
                .setEventLoopGroup(threads)
                .setMaxConcurrentStreams(APNS_STREAMS)
                .setHandlerFactory(_ -> (headers, _) -> arrived.accept(lastPart(headers.path())))
                .build()
                .start(0)
                .join();
    }

    private FullHttpResponse fcm(FullHttpRequest request) {
        if (request.uri().equals("/token")) {
            return answer(200, "{\"access_token\":\"access\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
        }
        arrived.accept(fcmToken(request));
        return dead.equals("fcm")
                ? null
                : answer(200, "{\"name\":\"projects/ringback-bench/messages/0:" + messages.incrementAndGet() + "\"}");
    }

    private FullHttpResponse webPush(FullHttpRequest request) {
        arrived.accept(lastPart(request.uri()));
        if (dead.equals("web-push")) {
            return null;
        }
        var created = answer(201, "");
        created.headers().set("location", "https://localhost:" + webPush + "/message/" + messages.incrementAndGet());
        return created;
    }

    /// The tokens of this benchmark begin with `fcm-`, nothing else in a message does.
    private static String fcmToken(FullHttpRequest request) {
        var body = request.content().toString(StandardCharsets.UTF_8);
        int from = body.indexOf("\"fcm-") + 1;
        return from == 0 ? "" : body.substring(from, body.indexOf('"', from));
    }

    private static String lastPart(CharSequence path) {
        var text = path.toString();
        return text.substring(text.lastIndexOf('/') + 1);
    }

    private static FullHttpResponse answer(int status, String json) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status),
                Unpooled.wrappedBuffer(json.getBytes(StandardCharsets.UTF_8)));
        response.headers().set("content-type", "application/json; charset=UTF-8");
        return response;
    }
}
