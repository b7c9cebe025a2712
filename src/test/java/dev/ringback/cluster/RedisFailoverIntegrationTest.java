package dev.ringback.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.notify.Notice;
import dev.ringback.notify.NoticeArrived;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.OtherNodes.Answer;
import dev.ringback.support.ServiceProcess;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that meet in a Redis cluster, or in a Redis that sentinels watch: a master dies, another server takes its place.
@EnabledIf(value = RedisServer.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/redis-server: apt-get install redis-server")
class RedisFailoverIntegrationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /// Enough for some in the slots of each master.
    private static final List<String> USERS = IntStream.range(0, 30).mapToObj(i -> "user-" + i).toList();
    private static final int MASTERS = 3;
    /// Each look starts a few processes.
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
        servers.forEach(RedisServer::close);
    }

    @Test
    @Timeout(120)
    void nodesInAClusterFindEachOtherAgainWhenAMasterHasDied() throws Exception {
        for (int i = 0; i < 2 * MASTERS; i++) {
            servers.add(RedisServer.started("--cluster-enabled", "yes", "--cluster-config-file",
                    folder.resolve(i + ".conf").toString(), "--cluster-node-timeout", "1000", "--cluster-port",
                    Integer.toString(ServiceProcess.freePort()),
                    "--repl-diskless-sync-delay", "0", "--dir", folder.toString(), "--dbfilename",
                    servers.size() + ".rdb"));
        }
        assertThat(cli("--cluster", "create", "--cluster-yes", "--cluster-replicas", "1", addresses("%s")))
                .contains("[OK] All 16384 slots covered");
        await().atMost(PATIENCE)
                .pollInterval(LOOK_EVERY)
                .untilAsserted(() -> assertThat(servers)
                        .extracting(server -> cli("-p", "" + server.port(), "info", "replication"))
                        .filteredOn(said -> said.contains("master_link_status:up"))
                        .hasSize(MASTERS));
        ringAcrossWhileTheFirstServerDies(addresses("redis://%s").replace(' ', ','));
    }

    @Test
    @Timeout(120)
    void nodesFollowTheSentinelsToTheNewMaster() throws Exception {
        servers.add(RedisServer.started("--repl-diskless-sync-delay", "0", "--dir", folder.toString(), "--dbfilename",
                servers.size() + ".rdb"));
        int master = servers.getFirst().port();
        servers.add(RedisServer.started("--replicaof", "127.0.0.1 " + master, "--dir", folder.toString(),
                "--dbfilename", "1.rdb"));
        for (int i = 0; i < 3; i++) {
            var settings = folder.resolve("sentinel" + i);
            Files.writeString(settings, """
                    sentinel monitor ringback 127.0.0.1 %d 2
                    sentinel down-after-milliseconds ringback 500
                    sentinel failover-timeout ringback 3000
                    """.formatted(master));
            servers.add(RedisServer.sentinel(settings));
        }
        var sentinels = servers.subList(2, 5).stream().map(server -> "127.0.0.1:" + server.port()).toList();
        await().atMost(PATIENCE)
                .pollInterval(LOOK_EVERY)
                .until(() -> cli("-p", "" + servers.getLast().port(), "sentinel", "ckquorum", "ringback").contains("OK")
                        && cli("-p", "" + servers.getLast().port(), "sentinel", "replicas", "ringback")
                                .contains("master-link-status\nok"));
        ringAcrossWhileTheFirstServerDies("redis-sentinel://" + String.join(",", sentinels) + "/0#ringback");
    }

    private void ringAcrossWhileTheFirstServerDies(String url) throws Exception {
        var one = new Node(url);
        var two = new Node(url);
        nodes.addAll(List.of(one, two));
        USERS.forEach(one.redis::listens);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(USERS).extracting(two.redis::reach).containsOnly(Answer.LISTENS));
        allAreTold(two, one, 1);
        servers.getFirst().close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(USERS).extracting(two.redis::reach).containsOnly(Answer.LISTENS));
        allAreTold(two, one, 2);
        one.redis.left(USERS.getFirst());
        await().untilAsserted(() -> assertThat(two.redis.reach(USERS.getFirst())).isEqualTo(Answer.ABSENT));
    }

    private static void allAreTold(Node from, Node to, int version) {
        USERS.forEach(user -> assertThat(from.redis.tell(notice(user, version))).as(user).isEqualTo(1));
        await().untilAsserted(() -> assertThat(to.arrived).filteredOn(notice -> notice.call().version() == version)
                .extracting(Notice::recipient)
                .containsExactlyInAnyOrderElementsOf(USERS));
    }

    private static Notice notice(String user, int version) {
        var now = Instant.parse("2026-11-21T10:00:00Z");
        var call = new Notice.Subject(UUID.randomUUID(), "room-1", version, "ringing", null, "video", "alice", "Alice",
                user, List.of(new Notice.Leg(user, "ringing", now, null)), now, null, null, "on_accept", false, null);
        return new Notice(user, NoticeType.INCOMING_CALL, call, null, null, now, 45_000, null, false, null, null);
    }

    private String addresses(String form) {
        return String.join(" ", servers.stream().map(server -> form.formatted("127.0.0.1:" + server.port())).toList());
    }

    private static String cli(String... arguments) {
        var command = new ArrayList<>(List.of("redis-cli"));
        for (var argument : arguments) {
            command.addAll(List.of(argument.split(" ")));
        }
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// What of a node has to do with Redis.
    private static final class Node implements AutoCloseable {
        private final Queue<Notice> arrived = new ConcurrentLinkedQueue<>();
        private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
        private final RedisLink link;
        private final RedisNodes redis;

        Node(String url) {
            var settings = new RedisSettings(url, "ringback", Duration.ofMillis(250));
            link = new RedisLink(settings);
            redis = new RedisNodes(link, settings, event -> {
                if (event instanceof NoticeArrived notice) {
                    arrived.add(notice.notice());
                }
            }, new SimpleMeterRegistry());
            var _ = looking.scheduleWithFixedDelay(link::look, 0, 1, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            looking.shutdownNow();
            redis.close();
            link.close();
        }
    }
}
