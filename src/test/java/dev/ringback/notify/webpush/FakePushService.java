package dev.ringback.notify.webpush;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import dev.ringback.device.EndpointRules;
import dev.ringback.device.Endpoints;
import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.NotifierContract;
import dev.ringback.notify.NotifierContract.Answer;
import dev.ringback.notify.NotifierContract.Received;
import dev.ringback.support.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A push service over HTTPS and HTTP/2, with the browsers behind it: it takes what RFC 8030 and RFC 8292 allow, and what
/// it took the browsers decrypt.
public final class FakePushService implements NotifierContract.Provider {
    static final VapidKeys KEYS = VapidKeys.generate();
    static final String SUBJECT = "mailto:push@ringback.dev";

    private static final HeldCertificate CERTIFICATE = new HeldCertificate.Builder()
            .addSubjectAlternativeName("localhost")
            .addSubjectAlternativeName("127.0.0.1")
            .addSubjectAlternativeName("fcm.googleapis.com")
            .build();
    private static final Pattern AUTHORIZATION = Pattern.compile("vapid t=([^,]+), k=([A-Za-z0-9_-]{87})");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, Browser> browsers = new ConcurrentHashMap<>();
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Notifier notifier = notifier(Endpoints.closedNetwork("localhost"));
    private volatile MockResponse answer = taken();
    private final MockWebServer server;
    private final FaultProxy network;
    private final int port;

    public FakePushService() {
        this.server = start();
        this.network = new FaultProxy(server.getPort());
        this.port = network.port();
    }

    /// The real channel, which also believes this service's certificate.
    static Notifier notifier(EndpointRules rules) {
        return WebPushConfiguration.notifier(KEYS, SUBJECT, rules, Clock.systemUTC(), http(rules));
    }

    static OkHttpClient http(EndpointRules rules) {
        var trusting = new HandshakeCertificates.Builder()
                .addTrustedCertificate(CERTIFICATE.certificate())
                .build();
        return WebPushClient.http(rules)
                .sslSocketFactory(trusting.sslSocketFactory(), trusting.trustManager())
                .build();
    }

    @Override
    public Notifier notifier() {
        return notifier;
    }

    @Override
    public FaultProxy network() {
        return network;
    }

    @Override
    public PushToken token(Platform platform) {
        return token("localhost");
    }

    PushToken token(String host) {
        var browser = new Browser();
        var path = "/push/" + count.incrementAndGet();
        browsers.put(path, browser);
        return new PushToken(count.get(), "bob", "browser", Platform.WEB, "https://" + host + ":" + port + path,
                browser.subscription(), null, Environment.PRODUCTION, Clock.systemUTC().instant());
    }

    @Override
    public void answer(Answer how) {
        if (how == Answer.REFUSES_CONNECTIONS) {
            network.be(new FaultProxy.Mode.Refuse());
            return;
        }
        network.pass();
        answer = switch (how) {
            case TAKES -> taken();
            case TOKEN_IS_DEAD -> answer(410).build();
            case OUR_FAULT -> answer(403).body("{\"reason\":\"BadJwtToken\"}").build();
            case IS_DOWN -> answer(503).build();
            case IS_DOWN_FOR_7_SECONDS -> answer(503).addHeader("Retry-After", "7").build();
            case HANGS -> answer(201).headersDelay(1, TimeUnit.HOURS).build();
            case REFUSES_CONNECTIONS -> throw new IllegalStateException();
        };
    }

    void answer(MockResponse response) {
        answer = response;
    }

    static MockResponse.Builder answer(int status) {
        return new MockResponse.Builder().code(status);
    }

    @Override
    public List<Received> received() {
        return List.copyOf(received);
    }

    /// Everything that came, whatever was answered.
    List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        network.close();
        server.close();
    }

    private MockWebServer start() {
        var started = new MockWebServer();
        started.useHttps(
                new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build().sslSocketFactory());
        started.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return take(request);
            }
        });
        try {
            started.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return started;
    }

    private MockResponse taken() {
        return answer(201).build();
    }

    private MockResponse take(RecordedRequest request) {
        requests.add(request);
        if (answer.getCode() != 201) {
            return answer;
        }
        var fault = fault(request);
        if (fault != null) {
            return answer(400).body(fault).build();
        }
        return answer.newBuilder()
                .addHeader("Location", "https://localhost:" + port + "/m/message-" + requests.size())
                .build();
    }

    private @Nullable String fault(RecordedRequest request) {
        var headers = request.getHeaders();
        var topic = headers.get("Topic");
        if (!"POST".equals(request.getMethod()) || headers.get("TTL") == null || topic == null
                || !TOPIC.matcher(topic).matches() || !"aes128gcm".equals(headers.get("Content-Encoding"))) {
            return "not a push message";
        }
        var body = Objects.requireNonNull(request.getBody()).toByteArray();
        if (body.length > 4096) {
            return "too large";
        }
        try {
            verify(Objects.requireNonNull(headers.get("Authorization")));
            var plaintext = Objects.requireNonNull(browsers.get(request.getTarget())).decrypt(body);
            received.add(new Received(members(plaintext),
                    Duration.ofSeconds(Long.parseLong(Objects.requireNonNull(headers.get("TTL")))),
                    "high".equals(headers.get("Urgency")), null, topic));
            return null;
        } catch (Exception failure) {
            return failure.toString();
        }
    }

    /// RFC 8292 sections 2 and 4.2.
    private void verify(String authorization) throws Exception {
        var parts = AUTHORIZATION.matcher(authorization);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no vapid authorization: " + authorization);
        }
        var token = SignedJWT.parse(parts.group(1));
        var key = Browser.key(Base64.getUrlDecoder().decode(parts.group(2)));
        var claims = token.getJWTClaimsSet();
        var left = Duration.between(Clock.systemUTC().instant(), claims.getExpirationTime().toInstant());
        var good = token.verify(new ECDSAVerifier(key)) && claims.getAudience()
                .equals(
                        List.of("https://localhost:" + port))
                && SUBJECT.equals(claims.getSubject()) && left.isPositive()
                && left.compareTo(Duration.ofHours(24)) <= 0 && parts.group(2).equals(KEYS.publicKey());
        if (!good) {
            throw new IllegalArgumentException("not signed by us for here and now: " + claims);
        }
    }

    private static Map<String, String> members(byte[] json) {
        return JsonMapper.shared()
                .readTree(json)
                .properties()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, member -> text(member.getValue())));
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.asString() : value.toString();
    }
}
