package dev.ringback.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.PostgresServer;
import dev.ringback.support.QuickStart;
import dev.ringback.support.ServiceProcess;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node is stopped in good order, as at an update, while calls come in; another one goes on.
class GracefulStopFaultTest {
    private static final int CALLERS = 8;
    private static final int CALLS_BEFORE_THE_STOP = 100;
    private static final int TERMINATED = 128 + 15;
    /// RFC 6455 close code: come back, here or elsewhere (registered with IANA).
    private static final int SERVICE_RESTART = 1012;
    private static final Duration SOON = Duration.ofSeconds(10);
    /// For a machine that does other things, too.
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// The called user of each call that was answered with 201.
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicBoolean over = new AtomicBoolean();

    @TempDir
    private Path folder = Path.of("");

    @Test
    @Timeout(300)
    void noAcceptedCallIsLostAndClientsComeBackToTheOtherNode() throws Exception {
        try (var database = PostgresServer.start(folder.resolve("postgres"));
                var stopped = node(database);
                var other = node(database)) {
            var closed = closeCodeOfASocketAt(stopped.port());
            stopUnderLoad(stopped);
            assertThat(closed).succeedsWithin(SOON).isEqualTo(SERVICE_RESTART);
            // every call that was answered is there, and no other: what was begun was ended and answered
            assertThat(callsIn(database)).isEqualTo(acknowledged.keySet());
            for (var call : lastOnes()) {
                try (var back = StompUser.connected(other.port(), call.getValue())) {
                    assertThat(back.next("incoming_call").get("call_id").asString()).isEqualTo(call.getKey());
                }
            }
            assertThat(stopped.log()).doesNotContain(" ERROR ");
        }
    }

    private static CompletableFuture<Integer> closeCodeOfASocketAt(int port) throws Exception {
        var closed = new CompletableFuture<Integer>();
        HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("v12.stomp")
                .buildAsync(URI.create("ws://localhost:" + port + "/ws"), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        closed.complete(code);
                        return null;
                    }
                })
                .thenCompose(socket -> socket
                        .sendText("CONNECT\naccept-version:1.2\nAuthorization:Bearer %s\n\n\0"
                                .formatted(Tokens.of("called")), true))
                .get();
        return closed;
    }

    private void stopUnderLoad(ServiceProcess node) throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < CALLERS; i++) {
                var name = "caller" + i;
                running.add(callers.submit(() -> call(node.port(), name)));
            }
            await().atMost(PATIENCE).until(() -> acknowledged.size() >= CALLS_BEFORE_THE_STOP);
            node.terminate();
            assertThat(node.exitCode()).isEqualTo(TERMINATED);
            over.set(true);
            for (var caller : running) {
                caller.get();
            }
        }
    }

    /// Calls that were placed as the node stopped; ids are ordered by time.
    private List<Map.Entry<String, String>> lastOnes() {
        return acknowledged.entrySet()
                .stream()
                .sorted(Map.Entry.<String, String>comparingByKey().reversed())
                .limit(10)
                .toList();
    }

    private void call(int port, String name) {
        for (int i = 0; !over.get(); i++) {
            try {
                var called = "called-by-" + name + "-" + i;
                var answer = Api.user(port, name + "-" + i)
                        .post("/api/call/initiate", "{\"called_id\":\"%s\",\"ring_timeout\":180}".formatted(called));
                if (answer.status() == 201) {
                    acknowledged.put(answer.json().get("call_id").asString(), called);
                } else {
                    answer.mustBe(503, "unavailable");
                }
            } catch (UncheckedIOException _) {
                // the node has gone
                return;
            }
        }
    }

    private ServiceProcess node(PostgresServer database) throws Exception {
        var settings = new ArrayList<>(database.settings());
        settings.add("ringback.call.fail-fast=false");
        return ServiceProcess
                .launch(folder, ServiceProcess.freePort(), QuickStart.program(), settings.toArray(String[]::new))
                .awaitReady();
    }

    private static Set<String> callsIn(PostgresServer database) throws SQLException {
        try (var connection = database.connect();
                var query = connection.createStatement();
                var rows = query.executeQuery("select call_id from call")) {
            var calls = new HashSet<String>();
            while (rows.next()) {
                calls.add(rows.getString(1));
            }
            return calls;
        }
    }
}
