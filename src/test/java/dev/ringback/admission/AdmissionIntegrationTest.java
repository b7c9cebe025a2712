package dev.ringback.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/// More is asked of the service than it can do: its connections are all in use, and requests pile up behind them.
@IntegrationTest
@TestPropertySource(properties = {"spring.datasource.hikari.maximum-pool-size=" + AdmissionIntegrationTest.CONNECTIONS,
        "spring.datasource.hikari.connection-timeout=30000"})
class AdmissionIntegrationTest {
    static final int CONNECTIONS = 2;
    private static final int CALLS_THAT_MAY_WAIT = 32;
    private static final int REQUESTS_THAT_MAY_WAIT = 128;

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
        var calls = all(CALLS_THAT_MAY_WAIT + 40, i -> Api.user(port, "caller" + i)
                .post("/api/call/initiate", "{\"called_id\":\"called%d\"}".formatted(i)));
        // other parts of the service wait for connections, too, so that some fewer calls may
        await().until(() -> answered(calls).size() >= 40);
        assertThat(answered(calls)).allSatisfy(AdmissionIntegrationTest::isRefused);
        assertThat(calls).filteredOn(Future::isDone).hasSizeLessThan(calls.size());

        var accept = all(1, _ -> Api.user(port, "bob").command("accept", ringing));
        var reads = all(REQUESTS_THAT_MAY_WAIT, i -> Api.user(port, "reader" + i).get("/api/call/active"));
        await().until(() -> !answered(reads).isEmpty());
        assertThat(answered(reads)).allSatisfy(AdmissionIntegrationTest::isRefused);
        assertThat(answered(accept)).isEmpty();

        release(held);
        accept.getFirst().get().mustBe(200);
        for (var call : calls) {
            assertThat(call.get().status()).isIn(201, 503);
        }
        for (var read : reads) {
            assertThat(read.get().status()).isIn(200, 503);
        }
        Api.user(port, "carol").call("dave");
    }

    @Test
    void socketsAreToldTheSame() throws Exception {
        try (var alice = StompUser.connected(port, "alice")) {
            var held = holdAllConnections();
            var calls = all(CALLS_THAT_MAY_WAIT + 1, i -> Api.user(port, "eager" + i)
                    .post("/api/call/initiate", "{\"called_id\":\"called%d\"}".formatted(i)));
            await().until(() -> !answered(calls).isEmpty());
            var problem = alice.send("initiate", "{\"called_id\":\"bob\"}").mustBe(503, "unavailable");
            assertThat(problem.get("retry_after").asInt()).isBetween(1, 3);
            release(held);
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

    private List<CompletableFuture<Api.Answer>> all(int count, IntFunction<Api.Answer> request) {
        return IntStream.range(0, count)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> request.apply(i), clients))
                .toList();
    }

    private static List<Api.Answer> answered(List<CompletableFuture<Api.Answer>> requests) {
        return requests.stream().filter(Future::isDone).map(CompletableFuture::join).toList();
    }

    private static void isRefused(Api.Answer answer) {
        answer.mustBe(503, "unavailable");
        assertThat(answer.response().headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 3L);
    }
}
