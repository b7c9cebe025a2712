package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.call.CallStep;
import dev.ringback.device.Platform;
import dev.ringback.notify.Channel;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import dev.ringback.support.Api;
import dev.ringback.support.FaultProxy.Mode;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import dev.ringback.web.Problems;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/// The service on a database in trouble: what it cannot do it says at once, and once the trouble is over it does
/// everything that was promised before it, without help.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "ringback.call.fail-fast=false", "ringback.rate-limit.enabled=false", "ringback.admission.longest-wait=1m",
        "ringback.auth.hs256-secret=" + Tokens.SECRET})
@Import(DatabaseTroubleIntegrationTest.Parts.class)
@DirtiesContext
@Timeout(90)
class DatabaseTroubleIntegrationTest {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseTroubleIntegrationTest.class);
    /// The wait for a connection and the longest statement make five, the rest is for a slow machine.
    private static final Duration FAST = Duration.ofSeconds(9);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final List<String> WORDS_OF_THE_DATABASE = List.of("postgres", "sql", "jdbc", "hikari", "localhost",
            "connection", "relation", "disk");

    private static TroubledDatabase database;

    private final List<Connection> taken = new ArrayList<>();
    private boolean troubled;

    @LocalServerPort
    private int port;
    @Autowired
    private DataSource pool;
    @Autowired
    private JdbcClient jdbc;
    @Autowired
    private TransactionTemplate transaction;
    @Autowired
    private Problems problems;
    @Autowired
    private Phones phones;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        database = TroubledDatabase.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", database::url);
        registry.add("spring.datasource.username", () -> "postgres");
        registry.add("spring.datasource.password", () -> "");
    }

    enum Trouble {
        STOPPED, NETWORK_SILENT, ALL_CONNECTIONS_TAKEN, READ_ONLY
    }

    @ParameterizedTest
    @EnumSource
    void everyRequestIsRefusedInTimeAndEverythingGoesOnAfterwards(Trouble trouble) throws Exception {
        var alice = Api.user(port, "alice");
        var bob = Api.user(port, "bob");
        bob.post("/api/push/register",
                "{\"platform\":\"android\",\"token\":\"a-token-of-the-phone-of-bob\",\"device_id\":\"phone\"}")
                .mustBe(200);
        try (var aliceAtHome = StompUser.connected(port, "alice");
                var carolAtHome = StompUser.connected(port, "carol")) {
            var ringing = alice.initiate("{\"called_id\":\"bob\",\"ring_timeout\":120}");
            var due = alice.initiate("{\"called_id\":\"carol\",\"ring_timeout\":5}");
            carolAtHome.next("incoming_call");
            await().until(() -> phones.rung(ringing) == 1);
            var rooms = phones.rooms();

            begin(trouble);
            long begun = System.nanoTime();
            var unready = CompletableFuture.supplyAsync(() -> awaitReadiness(503));
            var slowest = allRefused(ringing, due, aliceAtHome);
            LOG.info("{}: refused within {} ms, unready after {} ms", trouble, slowest.toMillis(), unready.get());
            assertThat(Api.as(port, null).get("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(phones.rooms()).as("rooms made for calls that cannot be placed").isEqualTo(rooms);

            end(trouble);
            long ended = System.nanoTime();
            await().atMost(SOON)
                    .until(() -> alice.post("/api/call/initiate", "{\"called_id\":\"dave\"}").status() == 201);
            LOG.info("{}: lasted {} ms, places calls after {} ms, ready after {} ms", trouble,
                    (ended - begun) / 1_000_000, (System.nanoTime() - ended) / 1_000_000, awaitReadiness(200));
            // what was promised before
            assertThat(event(aliceAtHome, "call_cancelled", due).get("reason").asString()).isEqualTo("timeout");
            event(carolAtHome, "call_cancelled", due);
            await().atMost(SOON).until(() -> phones.rung(ringing) > 1);
            bob.command("accept", ringing).mustBe(200);
            event(aliceAtHome, "call_accepted", ringing);
            nothingIsHalfDone();
        } finally {
            end(trouble);
        }
    }

    @Test
    void aClientThatConnectsMeanwhileIsToldWhatRingsAfterwards() throws Exception {
        var ringing = Api.user(port, "alice").initiate("{\"called_id\":\"erin\",\"ring_timeout\":60}");
        database.network().be(new Mode.Refuse());
        try (var erin = StompUser.connect(port, Tokens.of("erin"))) {
            erin.subscribe("/user/queue/calls", null);
            erin.subscribe("/user/queue/replies", null);
            erin.send("end", "{}");
            database.network().pass();
            assertThat(erin.next("incoming_call").get("call_id")).isEqualTo(ringing.get("call_id"));
        } finally {
            database.network().pass();
        }
        awaitReadiness(200);
    }

    @Test
    void backendsThatAreTerminatedAreReplaced() throws Exception {
        database.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'ringback' and pid <> "
                + "pg_backend_pid()");
        await().atMost(SOON)
                .until(() -> Api.user(port, "alice")
                        .post("/api/call/initiate", "{\"called_id\":\"dave\"}")
                        .status() == 201);
        nothingIsHalfDone();
    }

    /// After a failover the pool's connections may lead to a standby, and would for half an hour.
    @Test
    void connectionsThatOnlyReadAreReplaced() throws Exception {
        database.sql("alter database ringback set default_transaction_read_only = on");
        database.network().cut();
        awaitReadiness(503);
        database.sql("alter database ringback reset default_transaction_read_only");
        await().atMost(SOON)
                .until(() -> Api.user(port, "alice")
                        .post("/api/call/initiate", "{\"called_id\":\"dave\"}")
                        .status() == 201);
        awaitReadiness(200);
    }

    /// A table that somebody has locked is a query that does not end.
    @Test
    void aQueryThatDoesNotEndIsGivenUp() throws Exception {
        var call = Api.user(port, "alice").initiate("{\"called_id\":\"dave\"}");
        database.hold("lock table invitation in access exclusive mode");
        try {
            long begun = System.nanoTime();
            refused(Api.user(port, "dave").command("accept", call));
            LOG.info("LOCKED: refused within {} ms", (System.nanoTime() - begun) / 1_000_000);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(FAST);
        } finally {
            database.release();
        }
        await().atMost(SOON).until(() -> Api.user(port, "dave").command("accept", call).status() == 200);
        nothingIsHalfDone();
    }

    @Test
    void aFullDiskTakesNoCallAndLosesNone() throws Exception {
        Assumptions.assumeTrue(database.hasDiskOfItsOwn(), "only root may mount a small disk");
        var alice = Api.user(port, "alice");
        var before = alice.call("frank");
        var call = "{\"called_ids\":[%s],\"custom\":{\"text\":\"%s\"}}".formatted(
                String.join(",", IntStream.range(0, 32).mapToObj(i -> "\"guest-" + i + "\"").toList()),
                "x".repeat(2_000));
        try {
            database.fillDisk();
            // there is some room left in the tables
            await().atMost(SOON).until(() -> alice.post("/api/call/initiate", call).status() == 503);
            refused(alice.post("/api/call/initiate", call));
            alice.read(before);
            assertThat(Api.as(port, null).get("/actuator/health/liveness").status()).isEqualTo(200);
        } finally {
            database.clearDisk();
        }
        await().atMost(SOON).until(() -> alice.post("/api/call/initiate", call).status() == 201);
        assertThat(alice.read(before).get("state").asString()).isEqualTo("ringing");
        nothingIsHalfDone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "25006", "25P03", "40001", "40P01", "53100", "53200", "53300", "55P03", "57014",
            "57P01", "57P02", "57P03", "58030"})
    void whatWillPassIsNoFaultOfTheService(String sqlState) {
        var raise = "do $$ begin raise exception using errcode = '" + sqlState + "'; end $$";
        assertThat(problemOf(() -> jdbc.sql(raise).update())).isEqualTo(503);
        assertThat(problemOf(() -> transaction.executeWithoutResult(_ -> jdbc.sql(raise).update()))).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "42P01", "22001", "XX000"})
    void whatIsWrongWithTheStatementIs(String sqlState) {
        assertThat(problemOf(
                () -> jdbc.sql("do $$ begin raise exception using errcode = '" + sqlState + "'; end $$").update()))
                .isEqualTo(500);
    }

    private int problemOf(Runnable statement) {
        try {
            statement.run();
        } catch (RuntimeException failure) {
            return problems.of(failure).getStatus();
        }
        throw new AssertionError("no failure");
    }

    private void begin(Trouble trouble) throws Exception {
        troubled = true;
        switch (trouble) {
            case STOPPED -> database.stop();
            case NETWORK_SILENT -> database.network().be(new Mode.Silent());
            case READ_ONLY -> {
                database.sql("alter system set default_transaction_read_only = on");
                database.sql("select pg_reload_conf()");
                // each backend hears of it by a signal, a moment later
                await().until(this::everyConnectionOnlyReads);
            }
            case ALL_CONNECTIONS_TAKEN -> takeAll();
        }
    }

    private void end(Trouble trouble) throws Exception {
        if (!troubled) {
            return;
        }
        troubled = false;
        switch (trouble) {
            case STOPPED -> database.start();
            case NETWORK_SILENT -> database.network().pass();
            case READ_ONLY -> {
                database.sql("alter system reset default_transaction_read_only");
                database.sql("select pg_reload_conf()");
            }
            case ALL_CONNECTIONS_TAKEN -> giveBack();
        }
    }

    private boolean everyConnectionOnlyReads() throws Exception {
        takeAll();
        try {
            for (var connection : taken) {
                try (var statement = connection.createStatement();
                        var answer = statement.executeQuery("show default_transaction_read_only")) {
                    answer.next();
                    if (!answer.getString(1).equals("on")) {
                        return false;
                    }
                }
            }
            return true;
        } finally {
            giveBack();
        }
    }

    private void takeAll() throws Exception {
        for (int i = 0; i < 8; i++) {
            taken.add(pool.getConnection());
        }
    }

    private void giveBack() throws Exception {
        for (var connection : taken) {
            connection.close();
        }
        taken.clear();
    }

    /// Over HTTP and sockets, at the same time; returns how long the slowest took.
    private Duration allRefused(JsonNode ringing, JsonNode due, StompUser alice) throws Exception {
        var times = new ArrayList<Future<Duration>>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 3; i++) {
                times.add(clients.submit(() -> timed(() -> refused(Api.user(port, "alice")
                        .post("/api/call/initiate", "{\"called_id\":\"dave\"}")))));
                times.add(clients.submit(() -> timed(() -> refused(Api.user(port, "alice")
                        .post("/api/call/initiate", "{\"called_id\":\"dave\"}", "Idempotency-Key", "again")))));
                times.add(clients.submit(() -> timed(() -> refused(Api.user(port, "bob").command("accept", ringing)))));
                times.add(clients.submit(() -> timed(() -> refused(Api.user(port, "carol").command("reject", due)))));
                times.add(clients.submit(() -> timed(() -> refused(Api.user(port, "bob")
                        .post("/api/push/register",
                                "{\"platform\":\"android\",\"token\":\"another-token-of-the-phone-of-bob\",\"device_id\":\"phone\"}")))));
            }
            times.add(clients.submit(() -> timed(() -> {
                var problem = alice.send("initiate", "{\"called_id\":\"dave\"}").mustBe(503, "unavailable");
                assertThat(problem.get("retry_after").asInt()).isPositive();
                return problem;
            })));
        }
        var slowest = Duration.ZERO;
        for (var time : times) {
            slowest = slowest.compareTo(time.get()) > 0 ? slowest : time.get();
        }
        assertThat(slowest).isLessThan(FAST);
        return slowest;
    }

    private static Duration timed(Callable<?> request) throws Exception {
        long begun = System.nanoTime();
        request.call();
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static JsonNode refused(Api.Answer answer) {
        var problem = answer.mustBe(503, "unavailable");
        assertThat(answer.response().headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.response().body().toLowerCase(Locale.ROOT))
                .doesNotContain(WORDS_OF_THE_DATABASE);
        return problem;
    }

    /// Each probe is answered at once, whatever the answer.
    private long awaitReadiness(int status) {
        long begun = System.nanoTime();
        await().atMost(SOON).until(() -> {
            long asked = System.nanoTime();
            var ready = Api.as(port, null).get("/actuator/health/readiness").status();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(3));
            return ready == status;
        });
        return (System.nanoTime() - begun) / 1_000_000;
    }

    /// The next event of this type for this call; others are passed by.
    private static JsonNode event(StompUser user, String type, JsonNode call) {
        var seen = new ArrayList<JsonNode>();
        await().atMost(SOON).until(() -> {
            seen.addAll(user.rest());
            return seen.stream().anyMatch(event -> isOf(event, type, call));
        });
        return seen.stream().filter(event -> isOf(event, type, call)).findFirst().orElseThrow();
    }

    private static boolean isOf(JsonNode event, String type, JsonNode call) {
        return event.get("type").asString().equals(type) && event.get("call_id").equals(call.get("call_id"));
    }

    private static void nothingIsHalfDone() throws Exception {
        assertThat(database.count("select count(*) from call c where not exists "
                + "(select from invitation i where i.call_id = c.call_id)")).isZero();
        await().atMost(SOON)
                .until(() -> database.count("select count(*) from call where due_at < now() - interval '1 s'") == 0);
        assertThat(database.count("select count(*) from vacant_room v where reusable_until is null and exists "
                + "(select from call c where c.room_id = v.room_id and c.state in ('RINGING', 'ACCEPTED'))")).isZero();
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Parts {
        @Bean
        Phones phones() {
            return new Phones();
        }

        @Bean
        Channel phoneChannel(Phones phones) {
            return new Channel("phones", Set.of(Platform.ANDROID), 4, Duration.ofSeconds(1), phones);
        }
    }

    /// Takes every push, and counts the rooms that were made.
    static final class Phones implements Notifier {
        private final List<Push> pushes = new CopyOnWriteArrayList<>();
        private final AtomicInteger rooms = new AtomicInteger();

        @EventListener
        void step(CallStep step) {
            if (step.kind() == CallStep.Kind.ROOM_MADE) {
                rooms.incrementAndGet();
            }
        }

        @Override
        public boolean carries(NoticeType type, Platform platform) {
            return true;
        }

        @Override
        public Outcome send(Push push) {
            pushes.add(push);
            return new Outcome.Delivered(null);
        }

        @Override
        public Check check() {
            return new Check(true, "takes everything");
        }

        int rooms() {
            return rooms.get();
        }

        long rung(JsonNode call) {
            return told(NoticeType.INCOMING_CALL, call);
        }

        long told(NoticeType type, JsonNode call) {
            return pushes.stream()
                    .filter(push -> push.notice().type() == type && push.notice()
                            .call()
                            .callId()
                            .toString()
                            .equals(call.get("call_id").asString()))
                    .count();
        }
    }
}
