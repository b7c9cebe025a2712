package dev.ringback.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.ringback.faults.FakePushes.Push;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes on one database share the work and do none of it twice, also when one of them stands still for a while.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoNodesFaultTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /// More than the channel has under way at once, so that some wait for their turn.
    private static final int MORE_THAN_AT_ONCE = 260;
    private static final int CALLS = 200;

    private final Map<UUID, Integer> attempts = new ConcurrentHashMap<>();
    private @Nullable Cluster running;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        running = new Cluster(folder, List.of("ringback.call.fail-fast=false",
                "ringback.delivery.repeat-after=10m")).startBoth();
    }

    @AfterEach
    void letGo() {
        cluster().pushes().answerWhen(_ -> FakePushes.now());
        cluster().pushes().acceptIf(_ -> true);
    }

    @AfterAll
    void stop() throws Exception {
        cluster().close();
    }

    /// Half of the rings are refused at first, so that there is also work that any node may take up.
    @Test
    void eachCallIsTimedOutOnceAndEachPushIsSentOnce() throws Exception {
        var ledger = new Ledger(cluster().postgres());
        cluster().pushes()
                .acceptIf(push -> !push.isRing() || !isOdd(push)
                        || attempts.merge(push.callId(), 1, Integer::sum) > 1);
        var calls = IntStream.range(0, CALLS).mapToObj(i -> call(i, "due-" + i, 5)).collect(Collectors.toSet());
        await().atMost(PATIENCE).until(() -> ledger.open() == 0);

        assertThat(ledger.calls()).filteredOn(call -> calls.contains(call.id()))
                .hasSize(CALLS)
                .allMatch(call -> "TIMEOUT".equals(call.reason()))
                .as("one change after it was placed")
                .allMatch(call -> call.version() == 2);
        var pushes = pushesOf(calls);
        pushes.forEach((_, all) -> {
            assertThat(types(all, "call_cancelled")).as(all.toString()).isEqualTo(1);
            assertThat(types(all, "call_missed")).as(all.toString()).isEqualTo(1);
            assertThat(types(all, "incoming_call")).as(all.toString()).isEqualTo(isOdd(all.getFirst()) ? 2 : 1);
        });
        assertThat(pushes).hasSize(CALLS);
        assertThat(senders(pushes, "incoming_call")).containsExactlyInAnyOrder("one", "two");
        assertThat(senders(pushes, "call_cancelled")).as("who timed calls out").containsExactlyInAnyOrder("one", "two");
    }

    /// The first node has pushes on their way and more that wait for their turn when it is frozen; what it did not send is
    /// sent by the other one, and by it alone.
    @Test
    void aNodeThatWasFrozenPastItsLeaseSendsNothingMore() throws Exception {
        var answers = new CompletableFuture<@Nullable Void>();
        cluster().pushes().answerWhen(push -> push.node().equals("one") ? answers : FakePushes.now());
        Set<UUID> ringing;
        Set<UUID> over;
        try {
            ringing = placedAtOnce(MORE_THAN_AT_ONCE, "frozen-", 180);
            over = placedAtOnce(20, "over-", 5);
            await().atMost(PATIENCE).until(() -> rings(ringing, "one").size() >= 100);
        } catch (ConditionTimeoutException _) {
            answers.complete(null);
            // what is not answered is given up after some seconds, and the circuit opens
            abort("this machine does not place calls fast enough to have a hundred pushes on their way");
            return;
        }
        var frozen = cluster().node(0).process();
        frozen.freeze();
        try {
            await().atMost(PATIENCE).until(() -> callsOf(rings(ringing, "two")).size() == MORE_THAN_AT_ONCE);
            await().atMost(PATIENCE)
                    .until(() -> new Ledger(cluster().postgres()).calls()
                            .stream()
                            .filter(call -> over.contains(call.id()))
                            .allMatch(call -> "TIMEOUT".equals(call.reason())));
        } finally {
            var sentBefore = rings(ringing, "one").size();
            var overBefore = rings(over, "one").size() + rings(over, "two").size();
            frozen.thaw();
            answers.complete(null);
            awaitAnswer();
            assertThat(rings(ringing, "one")).as("sent by the node that was frozen").hasSize(sentBefore);
            assertThat(rings(over, "one").size() + rings(over, "two").size()).as("rings past their deadline")
                    .isEqualTo(overBefore);
        }
        assertThat(rings(ringing, "two")).as("sent by the node that took over").hasSize(MORE_THAN_AT_ONCE);
    }

    private Set<UUID> placedAtOnce(int count, String called, int seconds) {
        try (var callers = Executors.newFixedThreadPool(16, Thread.ofVirtual().factory())) {
            // the devices first, for more calls in the time that a push waits for its answer
            IntStream.range(0, count)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> register(0, called + i), callers))
                    .toList()
                    .forEach(CompletableFuture::join);
            var placed = IntStream.range(0, count)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> ring(0, called + i, seconds), callers))
                    .toList();
            return placed.stream().map(CompletableFuture::join).collect(Collectors.toCollection(HashSet::new));
        }
    }

    /// The node is awake again when a call that it places now has rung: what it had in hand before comes first. Until its
    /// circuit has closed, the other node rings for it.
    private void awaitAnswer() {
        var after = new HashSet<UUID>();
        await().pollInterval(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> {
            after.add(call(0, "after-" + UUID.randomUUID(), 60));
            return !rings(after, "one").isEmpty();
        });
        await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> true);
    }

    private UUID call(int node, String called, int seconds) {
        register(node, called);
        return ring(node, called, seconds);
    }

    private void register(int node, String called) {
        cluster().api(node, called)
                .post("/api/push/register", "{\"platform\":\"android\",\"token\":\"%s\",\"device_id\":\"phone\"}"
                        .formatted(FakePushes.tokenOf(called)))
                .mustBe(200);
    }

    private UUID ring(int node, String called, int seconds) {
        return Records.idOf(cluster().api(node, "caller-of-" + called)
                .initiate("{\"called_id\":\"%s\",\"ring_timeout\":%d,\"custom\":{\"number\":%d}}".formatted(called,
                        seconds, called.hashCode())));
    }

    private Map<UUID, List<Push>> pushesOf(Set<UUID> calls) {
        return cluster().pushes()
                .pushes()
                .stream()
                .filter(push -> calls.contains(push.callId()))
                .collect(Collectors.groupingBy(Push::callId));
    }

    private List<Push> rings(Set<UUID> calls, String node) {
        return cluster().pushes()
                .pushes()
                .stream()
                .filter(push -> push.isRing() && push.node().equals(node) && calls.contains(push.callId()))
                .toList();
    }

    private static Set<UUID> callsOf(List<Push> pushes) {
        return pushes.stream().map(Push::callId).collect(Collectors.toSet());
    }

    private static long types(List<Push> pushes, String type) {
        return pushes.stream().filter(push -> push.type().equals(type)).count();
    }

    private static Set<String> senders(Map<UUID, List<Push>> pushes, String type) {
        return pushes.values()
                .stream()
                .flatMap(List::stream)
                .filter(push -> push.type().equals(type))
                .map(Push::node)
                .collect(Collectors.toSet());
    }

    private static boolean isOdd(Push push) {
        return push.to().hashCode() % 2 != 0;
    }

    private Cluster cluster() {
        return Objects.requireNonNull(running);
    }
}
