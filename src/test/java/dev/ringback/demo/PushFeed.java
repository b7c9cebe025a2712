package dev.ringback.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A page that listens to the pushes of its phones, as an EventSource does.
final class PushFeed implements AutoCloseable {
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpResponse<Stream<String>> response;
    private final List<String> ids = new CopyOnWriteArrayList<>();
    private final List<JsonNode> pushes = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    /// Listens as soon as this returns.
    PushFeed(int port, String... tokens) throws InterruptedException {
        var query = Stream.of(tokens).map(token -> "token=" + token).collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/demo/pushes?" + query))
                .header("Accept", "text/event-stream")
                .build();
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::read);
    }

    int status() {
        return response.statusCode();
    }

    /// All so far, in the order in which they came.
    List<JsonNode> pushes() {
        return pushes;
    }

    List<JsonNode> pushes(String token) {
        return pushes.stream().filter(push -> push.get("token").asString().equals(token)).toList();
    }

    List<String> ids() {
        return ids;
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    private void read() {
        try {
            var event = new ArrayList<String>();
            response.body().forEach(line -> {
                if (line.isEmpty()) {
                    take(event);
                    event.clear();
                } else {
                    event.add(line);
                }
            });
        } catch (UncheckedIOException _) {
            // closed by this side
        } finally {
            ended.countDown();
        }
    }

    private void take(List<String> event) {
        if (event.contains("event:push")) {
            ids.add(field(event, "id:"));
            pushes.add(JsonMapper.shared().readTree(field(event, "data:")));
        }
    }

    private static String field(List<String> event, String name) {
        return event.stream().filter(line -> line.startsWith(name)).findFirst().orElseThrow().substring(name.length());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
