package dev.ringback.faults;

import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// FCM, which remembers every push and when it came. Each node has a service account of its own, so that a push tells who
/// sent it.
final class FakePushes implements AutoCloseable {
    private static final String PROJECT = "ringback-faults";
    private static final String SEND = "/v1/projects/" + PROJECT + "/messages:send";
    private static final String RING = "incoming_call";
    private static final String PRIVATE_KEY = privateKey();

    private final Queue<Push> pushes = new ConcurrentLinkedQueue<>();
    private final MockWebServer server = new MockWebServer();
    private final Clock clock = Clock.systemUTC();
    private volatile Function<Push, CompletableFuture<@Nullable Void>> whenToAnswer = _ -> now();
    private volatile Function<String, CompletableFuture<@Nullable Void>> whenToAuthorise = _ -> now();
    private volatile Function<Push, Boolean> accepts = _ -> true;

    /// One request to FCM.
    ///
    /// @param to the user whose device it is for
    /// @param node the name of the node that sent it
    record Push(UUID callId, String type, String to, String node, Instant at) {
        boolean isRing() {
            return type.equals(RING);
        }
    }

    FakePushes() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return switch (request.getUrl().encodedPath()) {
                    case "/token" -> authorise(request);
                    case SEND -> take(request);
                    default -> new MockResponse.Builder().code(404).build();
                };
            }
        });
        server.start();
    }

    List<String> settings(String node) {
        return List.of("ringback.fcm.base-url=" + server.url("/"), "ringback.fcm.credentials=" + credentials(node));
    }

    /// The token with which the user's only device registers.
    static String tokenOf(String userId) {
        return "registration-token-of-" + userId;
    }

    /// All that came, in the order in which they came.
    List<Push> pushes() {
        return List.copyOf(pushes);
    }

    /// Keeps answers back until the future that is made for each push is complete.
    void answerWhen(Function<Push, CompletableFuture<@Nullable Void>> when) {
        whenToAnswer = when;
    }

    /// Keeps access tokens back from the nodes of these names.
    void authoriseWhen(Function<String, CompletableFuture<@Nullable Void>> when) {
        whenToAuthorise = when;
    }

    /// Answers 503 to what is not accepted.
    void acceptIf(Function<Push, Boolean> condition) {
        accepts = condition;
    }

    static CompletableFuture<@Nullable Void> now() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        server.close();
    }

    private MockResponse authorise(RecordedRequest request) {
        var form = HttpUrl.get("http://form/?" + body(request));
        var node = node(Objects.requireNonNull(form.queryParameter("assertion")));
        whenToAuthorise.apply(node).join();
        return FakeRooms.json(200, Map.of("access_token", node, "token_type", "Bearer", "expires_in", 3600));
    }

    private MockResponse take(RecordedRequest request) {
        var message = JsonMapper.shared().readTree(body(request)).path("message");
        var node = Objects.requireNonNull(request.getHeaders().get("Authorization")).substring("Bearer ".length());
        var push = new Push(UUID.fromString(message.path("data").path("call_id").asString()),
                message.path("data").path("type").asString(),
                message.path("token").asString().substring(tokenOf("").length()), node, clock.instant());
        pushes.add(push);
        whenToAnswer.apply(push).join();
        return accepts.apply(push)
                ? FakeRooms.json(200, Map.of("name", "projects/" + PROJECT + "/messages/" + UUID.randomUUID()))
                : FakeRooms.json(503,
                        Map.of("error", Map.of("code", 503, "status", "UNAVAILABLE", "message", "later")));
    }

    private static String node(String assertion) {
        try {
            var account = Objects.requireNonNull(SignedJWT.parse(assertion).getJWTClaimsSet().getIssuer());
            return account.substring(0, account.indexOf('@'));
        } catch (ParseException failure) {
            throw new IllegalArgumentException(failure);
        }
    }

    private String credentials(String node) {
        return JsonMapper.shared()
                .writeValueAsString(Map.of("type", "service_account", "project_id", PROJECT, "private_key_id",
                        "0123456789abcdef", "private_key", PRIVATE_KEY, "client_email", node + "@ringback.example",
                        "client_id", "1234567890", "token_uri", server.url("/token").toString()));
    }

    private static String body(RecordedRequest request) {
        return Objects.requireNonNull(request.getBody()).utf8();
    }

    private static String privateKey() {
        try {
            var pair = KeyPairGenerator.getInstance("RSA");
            pair.initialize(2048);
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[]{'\n'})
                            .encodeToString(
                                    pair.generateKeyPair().getPrivate().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
