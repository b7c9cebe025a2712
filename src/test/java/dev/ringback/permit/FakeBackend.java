package dev.ringback.permit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An operator's backend that answers what it is told to.
final class FakeBackend implements AutoCloseable {
    private final MockWebServer server = new MockWebServer();
    private volatile MockResponse answer = answer(200, "{\"decision\":\"allow\"}").build();

    FakeBackend() {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer;
            }
        });
        try {
            server.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static MockResponse.Builder answer(int status, String body) {
        return new MockResponse.Builder().code(status).body(body);
    }

    /// From now on.
    void answers(MockResponse.Builder next) {
        answer = next.build();
    }

    void answers(int status, String body) {
        answers(answer(status, body));
    }

    String url() {
        return server.url("/may-ring").toString();
    }

    int requests() {
        return server.getRequestCount();
    }

    /// The next request, which must have been a question.
    RecordedRequest asked() {
        try {
            var request = server.takeRequest(5, TimeUnit.SECONDS);
            if (request == null) {
                throw new AssertionError("nobody asked");
            }
            return request;
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static JsonNode body(RecordedRequest request) {
        return JsonMapper.shared().readTree(String.valueOf(utf8(request)));
    }

    /// Forgets what was asked so far.
    void forget() {
        try {
            while (server.takeRequest(0, TimeUnit.MILLISECONDS) != null) {
            }
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static @Nullable String utf8(RecordedRequest request) {
        var body = request.getBody();
        return body == null ? null : body.utf8();
    }

    static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
