package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.simp.broker.SimpleBrokerMessageHandler;
import org.springframework.messaging.support.ExecutorSubscribableChannel;
import org.springframework.messaging.support.MessageBuilder;

/// With Spring's own broker, whose habits these are.
class HeartbeatsTests {
    private static final int SOCKETS = 10;
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /// Between the first and the last of a round.
    private static final Duration SPREAD = INTERVAL.multipliedBy(4)
            .dividedBy(5)
            .multipliedBy(SOCKETS - 1)
            .dividedBy(SOCKETS);

    private final ExecutorSubscribableChannel in = new ExecutorSubscribableChannel();
    private final ExecutorSubscribableChannel out = new ExecutorSubscribableChannel(new VirtualThreadTaskExecutor());
    private final Map<String, Queue<Long>> heartbeats = new ConcurrentHashMap<>();
    private final Heartbeats spread = new Heartbeats(() -> SOCKETS);
    private final SimpleBrokerMessageHandler broker = new SimpleBrokerMessageHandler(in, out,
            new ExecutorSubscribableChannel(), List.of("/queue"));

    @BeforeEach
    void connect() {
        broker.setTaskScheduler(spread.scheduler());
        broker.setHeartbeatValue(new long[]{INTERVAL.toMillis(), INTERVAL.toMillis()});
        broker.setPreservePublishOrder(true);
        out.addInterceptor(spread);
        out.subscribe(this::note);
        broker.start();
        for (int i = 0; i < SOCKETS; i++) {
            var connect = SimpMessageHeaderAccessor.create(SimpMessageType.CONNECT);
            connect.setSessionId("socket-" + i);
            connect.setHeader(SimpMessageHeaderAccessor.HEART_BEAT_HEADER, new long[]{0, INTERVAL.toMillis()});
            in.send(MessageBuilder.createMessage(new byte[0], connect.getMessageHeaders()));
        }
    }

    @AfterEach
    void stop() {
        broker.stop();
    }

    @Test
    void socketsGetTheirsOneAfterTheOther() {
        await().until(() -> heartbeats.size() == SOCKETS);

        var first = heartbeats.values().stream().map(Queue::element).sorted().toList();
        assertThat(Duration.ofNanos(first.getLast() - first.getFirst())).isGreaterThanOrEqualTo(
                // a machine that stands still after the first makes the span shorter
                SPREAD.dividedBy(2));
    }

    @Test
    void aRoundDoesNotDelayTheNext() {
        await().until(() -> heartbeats.size() == SOCKETS
                && heartbeats.values().stream().allMatch(times -> times.size() >= 4));

        var times = List.copyOf(heartbeats.get("socket-0"));
        // the shortest: a machine that stands still for a moment makes one longer
        var gap = IntStream.range(1, times.size()).mapToLong(i -> times.get(i) - times.get(i - 1)).min().orElseThrow();
        assertThat(Duration.ofNanos(gap)).isLessThan(INTERVAL.plus(SPREAD.dividedBy(2)));
    }

    private void note(Message<?> message) {
        if (SimpMessageHeaderAccessor.getMessageType(message.getHeaders()) == SimpMessageType.HEARTBEAT) {
            var socket = String.valueOf(SimpMessageHeaderAccessor.getSessionId(message.getHeaders()));
            heartbeats.computeIfAbsent(socket, _ -> new ConcurrentLinkedQueue<>()).add(System.nanoTime());
        }
    }
}
