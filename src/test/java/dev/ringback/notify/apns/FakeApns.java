package dev.ringback.notify.apns;

import static java.util.stream.Collectors.toMap;

import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.RejectedNotificationException;
import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.ringback.device.Environment;
import dev.ringback.device.EnvironmentMemory;
import dev.ringback.support.FaultProxy;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// pushy's stand-in of Apple's servers, behind a network that can fail. The two environments are told apart by the name
/// under which they are called.
public final class FakeApns implements AutoCloseable {
    private static final String NOBODY = "/3/device/" + "0".repeat(64);

    final FaultProxy network;
    private final List<ApnsRequest> requests = new CopyOnWriteArrayList<>();
    private final Queue<RejectedNotificationException> next = new ConcurrentLinkedQueue<>();
    private volatile @Nullable RejectedNotificationException always;
    private volatile @Nullable Environment onlyIn;
    private MockApnsServer server;

    public FakeApns() {
        server = server();
        network = new FaultProxy(server.start(0).join());
    }

    ApnsSettings settings() {
        return settings(false);
    }

    ApnsSettings settings(boolean voipCancel) {
        try {
            return new ApnsSettings(Credentials.pem(Credentials.SIGNING_KEY.getPrivate()), "KEY1234567", "TEAM123456",
                    "org.example.app", "localhost", "127.0.0.1", network.port(),
                    Credentials.pem(Credentials.SERVER_CERTIFICATE), voipCancel);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public ApnsNotifier notifier() {
        return notifier(Clock.systemUTC(), (_, _) -> {});
    }

    ApnsNotifier notifier(Clock clock, EnvironmentMemory memory) {
        return ApnsConfiguration.notifier(settings(), memory, clock);
    }

    /// The answers to the next requests, one each.
    void refuseNext(RejectionReason... reasons) {
        for (var reason : reasons) {
            next.add(new RejectedNotificationException(reason));
        }
    }

    /// Takes every push, as at first.
    void take() {
        always = null;
    }

    /// The answer to every request.
    void refuse(RejectedNotificationException reason) {
        always = reason;
    }

    void refuse(RejectionReason reason) {
        refuse(new RejectedNotificationException(reason));
    }

    /// Every token lives in this environment only.
    void tokensLiveIn(Environment environment) {
        onlyIn = environment;
    }

    /// Everything that was asked for, except pushes to nobody.
    public List<ApnsRequest> requests() {
        return requests.stream().filter(request -> !request.path().equals(NOBODY)).toList();
    }

    ApnsRequest lastRequest() {
        return requests().getLast();
    }

    /// The environments in which a push to nobody was tried.
    List<Environment> probed() {
        return requests.stream()
                .filter(request -> request.path().equals(NOBODY))
                .map(ApnsRequest::environment)
                .toList();
    }

    /// Says goodbye (GOAWAY) to all clients; another server takes their place.
    void replaceServer() {
        var _ = server.shutdown();
        server = server();
        network.leadTo(server.start(0).join());
    }

    @Override
    public void close() {
        network.close();
        var _ = server.shutdown();
    }

    private MockApnsServer server() {
        try {
            return new MockApnsServerBuilder()
                    .setServerCredentials(new X509Certificate[]{Credentials.SERVER_CERTIFICATE},
                            Credentials.SERVER_KEY,
                            null)
                    .setHandlerFactory(_ -> this::answer)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(Http2Headers headers, @Nullable ByteBuf payload) throws RejectedNotificationException {
        var request = new ApnsRequest(
                StreamSupport.stream(headers.spliterator(), false)
                        .collect(toMap(e -> e.getKey().toString(), e -> e.getValue().toString())),
                payload == null ? "" : payload.toString(StandardCharsets.UTF_8));
        requests.add(request);
        var once = next.poll();
        if (once != null) {
            throw once;
        }
        var standing = always;
        if (standing != null) {
            throw standing;
        }
        var home = onlyIn;
        if (request.path().equals(NOBODY) || (home != null && home != request.environment())) {
            throw new RejectedNotificationException(RejectionReason.BAD_DEVICE_TOKEN);
        }
    }
}
