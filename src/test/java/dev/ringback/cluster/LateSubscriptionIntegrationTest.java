package dev.ringback.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.notify.HeardLate;
import dev.ringback.notify.OtherNodes.Answer;
import dev.ringback.support.FaultProxy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.context.ApplicationEventPublisher;

/// A Redis that answers, but not soon enough for a socket to wait for it.
@EnabledIf(value = RedisServer.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/redis-server: apt-get install redis-server")
class LateSubscriptionIntegrationTest {
    private static final Duration LATE = Duration.ofSeconds(3);

    private final List<Object> published = new CopyOnWriteArrayList<>();

    @Test
    void whatWasToldBeforeItIsMadeGood() throws Exception {
        try (var server = RedisServer.started();
                var network = new FaultProxy(server.port());
                var late = node(network.port(), published::add);
                var other = node(server.port(), _ -> {})) {
            assertThat(late.nodes().listens("alice").toCompletableFuture().get()).isTrue();
            network.be(new FaultProxy.Mode.Latency(LATE));
            assertThat(late.nodes().listens("bob").toCompletableFuture().get()).isFalse();
            assertThat(other.nodes().reach("bob")).isEqualTo(Answer.ABSENT);
            network.pass();
            await().until(() -> published.contains(new HeardLate("bob")));
            assertThat(other.nodes().reach("bob")).isEqualTo(Answer.LISTENS);
            assertThat(published).doesNotContain(new HeardLate("alice"));
        }
    }

    private static Node node(int port, ApplicationEventPublisher events) {
        var settings = new RedisSettings("redis://localhost:" + port, "ringback", Duration.ofMillis(250));
        var link = new RedisLink(settings);
        var nodes = new RedisNodes(link, settings, events, new SimpleMeterRegistry());
        await().until(() -> {
            link.look();
            return link.now().isPresent();
        });
        return new Node(link, nodes);
    }

    private record Node(RedisLink link, RedisNodes nodes) implements AutoCloseable {
        @Override
        public void close() {
            nodes.close();
            link.close();
        }
    }
}
