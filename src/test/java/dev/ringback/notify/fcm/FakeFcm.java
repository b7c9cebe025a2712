package dev.ringback.notify.fcm;

import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.support.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// FCM and the token endpoint of a service account on one local port, with a notifier in front of them.
public final class FakeFcm implements AutoCloseable {
    static final String PRIVATE_KEY = privateKey();
    static final String PROJECT = "ringback-test";

    private static final String SEND = "/v1/projects/" + PROJECT + "/messages:send";

    private final List<Protocol> protocols;
    private final FcmNotifier notifier;
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final List<String> assertions = new CopyOnWriteArrayList<>();
    private volatile @Nullable MockResponse answer;
    private volatile @Nullable MockResponse tokenAnswer;
    private final MockWebServer server;
    private final FaultProxy network;
    private volatile CompletableFuture<@Nullable Void> hanging = CompletableFuture.completedFuture(null);
    private volatile CompletableFuture<@Nullable Void> tokensHanging = CompletableFuture.completedFuture(null);

    /// One request to FCM.
    public record Sent(String authorization, JsonNode body) {
        public JsonNode message() {
            return body.path("message");
        }
    }

    public FakeFcm() {
        this(Protocol.HTTP_1_1);
    }

    FakeFcm(Protocol protocol) {
        protocols = List.of(protocol);
        server = start();
        network = new FaultProxy(server.getPort());
        notifier = new FcmNotifier(credentials(tokenUri()), new FcmTransport(url(), client()));
    }

    OkHttpClient client() {
        return FcmTransport.http(64).protocols(protocols).build();
    }

    public FcmNotifier notifier() {
        return notifier;
    }

    String tokenUri() {
        return url() + "token";
    }

    HttpUrl url() {
        return server.url("/").newBuilder().port(network.port()).build();
    }

    FaultProxy network() {
        return network;
    }

    static String credentials(String tokenUri) {
        return JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "type",
                        "service_account",
                        "project_id",
                        PROJECT,
                        "private_key_id",
                        "0123456789abcdef",
                        "private_key",
                        PRIVATE_KEY,
                        "client_email",
                        "ringback@ringback-test.iam.gserviceaccount.com",
                        "client_id",
                        "1234567890",
                        "token_uri",
                        tokenUri));
    }

    public static PushToken token(Platform platform) {
        return new PushToken(7, "bob", "phone-" + UUID.randomUUID(), platform, "fcm-token:" + UUID.randomUUID(), null,
                "org.example.app", Environment.PRODUCTION, Instant.EPOCH);
    }

    /// Null: takes every message.
    public void answers(@Nullable MockResponse toSends) {
        answer = toSends;
    }

    void tokenEndpointAnswers(@Nullable MockResponse toTokenRequests) {
        tokenAnswer = toTokenRequests;
    }

    public List<Sent> sent() {
        return sent;
    }

    Sent lastSent() {
        return sent.getLast();
    }

    List<String> assertions() {
        return assertions;
    }

    /// Answers nothing until told otherwise.
    public void hang() {
        hanging = new CompletableFuture<>();
    }

    /// Gives no access token until told otherwise, so that nothing can be sent.
    void hangTokens() {
        tokensHanging = new CompletableFuture<>();
    }

    public void goOn() {
        hanging.complete(null);
        tokensHanging.complete(null);
    }

    private MockResponse dispatch(RecordedRequest request) {
        return switch (request.getUrl().encodedPath()) {
            case "/token" -> token(request);
            case SEND -> send(request);
            default -> answer(404, "{}");
        };
    }

    private MockResponse token(RecordedRequest request) {
        assertions.add(body(request));
        tokensHanging.join();
        var told = tokenAnswer;
        if (told != null) {
            return told;
        }
        return json(200,
                Map.of("access_token", "access-" + assertions.size(), "token_type", "Bearer", "expires_in", 3600));
    }

    private MockResponse send(RecordedRequest request) {
        if (!"application/json; charset=UTF-8".equals(request.getHeaders().get("Content-Type"))) {
            return answer(415, "{}");
        }
        var authorization = String.valueOf(request.getHeaders().get("Authorization"));
        sent.add(new Sent(authorization, JsonMapper.shared().readTree(body(request))));
        hanging.join();
        var told = answer;
        if (told != null) {
            return told;
        }
        return json(200, Map.of("name", "projects/" + PROJECT + "/messages/0:" + sent.size()));
    }

    private static String body(RecordedRequest request) {
        return Objects.requireNonNull(request.getBody()).utf8();
    }

    static MockResponse json(int status, Map<String, ?> body) {
        return answer(status, JsonMapper.shared().writeValueAsString(body));
    }

    static MockResponse answer(int status, String body, String... headers) {
        var response = new MockResponse.Builder().code(status).body(body);
        for (int i = 0; i < headers.length; i += 2) {
            response.setHeader(headers[i], headers[i + 1]);
        }
        return response.build();
    }

    /// An error as FCM words it.
    public static MockResponse error(int status, String rpcStatus, String fcmCode, String... headers) {
        return answer(status, """
                {"error": {"code": %d, "message": "In words.", "status": "%s", "details": [
                  {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "%s"}]}}"""
                .formatted(status, rpcStatus, fcmCode), headers);
    }

    private MockWebServer start() {
        var started = new MockWebServer();
        started.setProtocols(protocols);
        started.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return FakeFcm.this.dispatch(request);
            }
        });
        try {
            started.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return started;
    }

    @Override
    public void close() {
        goOn();
        notifier.close();
        network.close();
        server.close();
    }

    private static String privateKey() {
        try {
            var pair = KeyPairGenerator.getInstance("RSA");
            pair.initialize(2048);
            var encoded = pair.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(encoded)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
