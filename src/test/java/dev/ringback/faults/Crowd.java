package dev.ringback.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Users who call each other without end, whatever dies meanwhile. Who calls whom and what becomes of it follows from the
/// seed.
final class Crowd {
    private static final int PLACERS = 2;
    private static final int CALLERS = 12;
    private static final int CALLED = 24;
    private static final int SOCKETS = 4;
    private static final int LONGEST_PAUSE_MS = 300;

    private final Cluster cluster;
    private final Records records = new Records();
    private final long seed;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> placers = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    /// A kill can leave as many rooms behind as are being made.
    private final List<Semaphore> placing = List.of(new Semaphore(1), new Semaphore(1));
    private volatile boolean stopped;

    Crowd(Cluster cluster, long seed) {
        this.cluster = cluster;
        this.seed = seed;
    }

    Records records() {
        return records;
    }

    int callsAsked() {
        return numbers.get();
    }

    static List<String> users() {
        return Stream.concat(IntStream.range(0, CALLERS).mapToObj(Crowd::caller),
                IntStream.range(0, CALLED).mapToObj(Crowd::called)).toList();
    }

    void start() {
        for (int i = 0; i < CALLED; i++) {
            register(called(i));
        }
        for (int i = 0; i < PLACERS; i++) {
            int number = i;
            placers.add(threads.submit(() -> place(number)));
        }
        for (int i = 0; i < SOCKETS; i++) {
            sockets.add(Socket.open(cluster, records, caller(i), i));
            sockets.add(Socket.open(cluster, records, called(i), i));
        }
    }

    /// Places no more calls and waits until all that was begun is answered.
    void stop() throws Exception {
        stopped = true;
        for (var placer : placers) {
            placer.get(5, TimeUnit.MINUTES);
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(5, TimeUnit.MINUTES)).as("all commands are answered").isTrue();
        sockets.forEach(Socket::close);
    }

    private void register(String userId) {
        Client.ask(0, node -> cluster.api(node, userId)
                .post("/api/push/register", "{\"platform\":\"android\",\"token\":\"%s\",\"device_id\":\"phone-of-%s\"}"
                        .formatted(FakePushes.tokenOf(userId), userId)))
                .orElseThrow()
                .mustBe(200);
    }

    private void place(int placer) {
        var random = new Random(seed * PLACERS + placer);
        while (!stopped) {
            var caller = caller(random.nextInt(CALLERS));
            var called = called(random.nextInt(CALLED));
            int seconds = 5 + random.nextInt(4);
            var life = new CallLife(cluster, records, random.nextLong(), caller, called);
            place(placer, caller, called, seconds).ifPresent(call -> threads.execute(() -> life.live(call)));
            Client.pause(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MS)));
        }
    }

    private Optional<JsonNode> place(int placer, String caller, String called, int seconds) {
        int number = numbers.incrementAndGet();
        var body = "{\"called_id\":\"%s\",\"ring_timeout\":%d,\"custom\":{\"number\":%d}}".formatted(called, seconds,
                number);
        var answer = Client.ask(placer, node -> alone(node, caller, body, "key-" + number));
        return answer.map(placed -> {
            assertThat(placed.status()).as(placed.response().body()).isIn(200, 201);
            records.acknowledged("initiate", Records.idOf(placed.json()), caller, null, placed.json());
            records.told("initiate", caller, placed.json());
            return placed.json();
        });
    }

    private Answer alone(int node, String caller, String body, String key) {
        var turn = placing.get(node % placing.size());
        turn.acquireUninterruptibly();
        try {
            return cluster.api(node, caller).post("/api/call/initiate", body, "Idempotency-Key", key);
        } finally {
            turn.release();
        }
    }

    private static String caller(int number) {
        return "caller-" + number;
    }

    private static String called(int number) {
        return "called-" + number;
    }
}
