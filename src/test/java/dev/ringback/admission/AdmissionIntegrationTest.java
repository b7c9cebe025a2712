package dev.ringback.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.database.FairConnections;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/// More is asked of the service than it can do: its connections are all in use, and requests pile up behind them.
@IntegrationTest
@TestPropertySource(properties = {"spring.datasource.hikari.maximum-pool-size=" + AdmissionIntegrationTest.CONNECTIONS,
        "spring.datasource.hikari.connection-timeout=30000", "ringback.admission.longest-wait=1s"})
class AdmissionIntegrationTest {
    static final int CONNECTIONS = 2;
    private static final Duration ASK_EVERY = Duration.ofMillis(100);

    @LocalServerPort
    private int port;
    @Autowired
    private DataSource database;
    @AutoClose
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    @Test
    void newCallsAreRefusedFirstAndWhatRingsIsAnswered() throws Exception {
        var ringing = Api.user(port, "alice").call("bob");
        var held = holdAllConnections();
        var accept = later(() -> Api.user(port, "bob").command("accept", ringing));
        var calls = new ArrayList<CompletableFuture<Api.Answer>>();
        // nobody is served: each new call that asks finds that those before it wait for longer
        await().pollInterval(ASK_EVERY).until(() -> {
            calls.add(later(() -> Api.user(port, "caller").post("/api/call/initiate", "{\"called_id\":\"called\"}")));
            return !answered(calls).isEmpty();
        });
        assertThat(answered(calls)).allSatisfy(AdmissionIntegrationTest::isRefused);

        var reads = new ArrayList<CompletableFuture<Api.Answer>>();
        await().pollInterval(ASK_EVERY).until(() -> {
            reads.add(later(() -> Api.user(port, "reader").get("/api/call/active")));
            return !answered(reads).isEmpty();
        });
        assertThat(answered(reads)).allSatisfy(AdmissionIntegrationTest::isRefused);
        assertThat(answered(reads)).hasSizeLessThan(reads.size());
        assertThat(accept).isNotDone();

        release(held);
        accept.get().mustBe(200);
        for (var call : calls) {
            assertThat(call.get().status()).isIn(201, 503);
        }
        for (var read : reads) {
            assertThat(read.get().status()).isIn(200, 503);
        }
        // it was crowded until just now
        await().untilAsserted(() -> Api.user(port, "carol").call("dave"));
    }

    @Test
    void socketsAreToldTheSame() throws Exception {
        try (var alice = StompUser.connected(port, "alice")) {
            var held = holdAllConnections();
            var waiting = later(() -> Api.user(port, "reader").get("/api/call/active"));
            var connections = database.unwrap(FairConnections.class);
            await().until(() -> connections.waiting().compareTo(Duration.ofSeconds(1)) > 0);
            var problem = alice.send("initiate", "{\"called_id\":\"bob\"}").mustBe(503, "unavailable");
            assertThat(problem.get("retry_after").asInt()).isBetween(1, 3);
            release(held);
            waiting.get().mustBe(200);
        }
    }

    private List<Connection> holdAllConnections() throws SQLException {
        var held = new ArrayList<Connection>();
        for (int i = 0; i < CONNECTIONS; i++) {
            held.add(database.getConnection());
        }
        return held;
    }

    private static void release(List<Connection> held) throws SQLException {
        for (var connection : held) {
            connection.close();
        }
    }

    private CompletableFuture<Api.Answer> later(Supplier<Api.Answer> request) {
        return CompletableFuture.supplyAsync(request, clients);
    }

    private static List<Api.Answer> answered(List<CompletableFuture<Api.Answer>> requests) {
        return requests.stream().filter(Future::isDone).map(CompletableFuture::join).toList();
    }

    private static void isRefused(Api.Answer answer) {
        answer.mustBe(503, "unavailable");
        assertThat(answer.response().headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 3L);
    }
}
