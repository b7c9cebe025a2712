package dev.ringback.announce;

import com.standardwebhooks.Webhook;
import dev.ringback.support.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A user's backend that takes webhooks: it believes what the specification's own library verifies.
final class Receiver implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String secret = secret();
    private final String path = "/hooks/" + UUID.randomUUID();
    private final List<Received> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final MockWebServer server = new MockWebServer();
    private volatile int answer = 204;
    private volatile CountDownLatch hanging = new CountDownLatch(0);

    Receiver() {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                return take(request);
            }
        });
        try {
            server.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// A request as it came.
    ///
    /// @param answer the status that it got; 0 while it has none
    record Received(String id, String timestamp, String signatures, String body, int answer) {
        private static final JsonMapper JSON = JsonMapper.shared();

        JsonNode json() {
            return JSON.readTree(body);
        }

        String type() {
            return json().get("type").asString();
        }

        String callId() {
            return json().get("data").path("call_id").asString("");
        }

        void verify(String by) throws Exception {
            new Webhook(by).verify(body, Map.of("webhook-id", List.of(id), "webhook-timestamp", List.of(timestamp),
                    "webhook-signature", List.of(signatures)));
        }

        private Received answered(int status) {
            return new Received(id, timestamp, signatures, body, status);
        }
    }

    /// A new secret, of which no log may show anything.
    static String secret() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        var secret = Base64.getEncoder().encodeToString(bytes);
        Secrets.used(secret);
        return "whsec_" + secret;
    }

    String url() {
        return server.url(path).toString();
    }

    String secretOf() {
        return secret;
    }

    /// Answers with a status from now on, also those who wait.
    void answer(int status) {
        answer = status;
        hanging.countDown();
    }

    /// Answers nobody until the latch is counted down.
    CountDownLatch hang() {
        var latch = new CountDownLatch(1);
        hanging = latch;
        return latch;
    }

    List<Received> requests() {
        return List.copyOf(requests);
    }

    /// What it said yes to, in the order in which it did. What came twice counts once, as it has to for every receiver.
    List<Received> taken() {
        var ids = new HashSet<String>();
        return requests.stream()
                .filter(request -> request.answer() >= 200 && request.answer() < 300)
                .filter(request -> ids.add(request.id()))
                .toList();
    }

    /// Forgets what came.
    void forget() {
        requests.clear();
    }

    List<String> typesOf(JsonNode call) {
        return taken().stream()
                .filter(request -> request.callId().equals(call.get("call_id").asString()))
                .map(Received::type)
                .toList();
    }

    /// How many requests are waiting for an answer.
    int open() {
        return open.get();
    }

    /// How many requests there were at once, at most.
    int mostOpen() {
        return mostOpen.get();
    }

    @Override
    public void close() {
        hanging.countDown();
        server.close();
    }

    private MockResponse take(RecordedRequest request) throws InterruptedException {
        var headers = request.getHeaders();
        var received = new Received(Objects.requireNonNull(headers.get("webhook-id")),
                Objects.requireNonNull(headers.get("webhook-timestamp")),
                Objects.requireNonNull(headers.get("webhook-signature")),
                Objects.requireNonNull(request.getBody()).utf8(), 0);
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        try {
            hanging.await();
        } finally {
            open.decrementAndGet();
        }
        int status = path.equals(request.getTarget()) ? answer : 404;
        requests.add(received.answered(status));
        return new MockResponse.Builder().code(status).build();
    }
}
