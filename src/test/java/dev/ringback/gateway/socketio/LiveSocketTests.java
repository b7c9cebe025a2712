package dev.ringback.gateway.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.HandshakeData;
import com.corundumstudio.socketio.Transport;
import com.corundumstudio.socketio.ack.AckManager;
import com.corundumstudio.socketio.handler.ClientHead;
import com.corundumstudio.socketio.handler.ClientsBox;
import com.corundumstudio.socketio.protocol.Packet;
import com.corundumstudio.socketio.scheduler.HashedWheelTimeoutScheduler;
import com.corundumstudio.socketio.store.MemoryStoreFactory;
import dev.ringback.web.ProblemCode;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What becomes of the last words to a client that polls, in each order in which they and the poll may come.
class LiveSocketTests {
    @AutoClose("shutdown")
    private final HashedWheelTimeoutScheduler scheduler = new HashedWheelTimeoutScheduler();
    @AutoClose
    private final EmbeddedChannel poll = new EmbeddedChannel();
    private final ClientHead head = new ClientHead(UUID.randomUUID(), new AckManager(scheduler), _ -> {},
            new MemoryStoreFactory(), new HandshakeData(EmptyHttpHeaders.INSTANCE, Map.of(), null, "", false),
            new ClientsBox(), Transport.POLLING, scheduler,
            new Configuration(), Map.of("EIO", List.of("4")));
    private final LiveSocket socket = new LiveSocket(head, "192.0.2.1");

    @Test
    void theyWaitForThePoll() {
        socket.end(lastWord());
        assertThat(head.isConnected()).isTrue();

        assertThat(socket.polls(poll)).isTrue();
        assertThat(socket.answer(this::answered)).isTrue();

        assertThat(head.isConnected()).isFalse();
        assertThat(socket.isOver()).isTrue();
    }

    @Test
    void theyWaitForAPollThatIsAnnouncedAndNotYetThere() {
        assertThat(socket.polls(poll)).isTrue();
        socket.end(lastWord());
        assertThat(head.isConnected()).isTrue();

        assertThat(socket.answer(this::answered)).isTrue();

        assertThat(head.isConnected()).isFalse();
    }

    @Test
    void theyGoWithThePollThatWaits() {
        socket.polls(poll);
        socket.answer(() -> head.bindChannel(poll, Transport.POLLING));
        poll.releaseOutbound();

        socket.end(lastWord());

        assertThat(poll.outboundMessages()).isNotEmpty();
        assertThat(waiting()).isEqualTo(2);
        assertThat(head.isConnected()).isFalse();
    }

    @Test
    void theyAreKeptWhereThePollTakesNothing() {
        socket.end(lastWord());

        assertThat(socket.answer(() -> head.bindChannel(poll, Transport.POLLING))).isTrue();

        assertThat(waiting()).isEqualTo(2);
        assertThat(head.isConnected()).isTrue();
    }

    @Test
    void nobodyOpensASocketAnewThatIsOver() {
        socket.leave();

        var asked = new AtomicInteger();
        assertThat(socket.answer(asked::incrementAndGet)).isFalse();
        assertThat(asked).hasValue(0);
    }

    /// As the library's encoder does.
    private void answered() {
        assertThat(waiting()).isEqualTo(2);
        head.getPacketsQueue(Transport.POLLING).clear();
    }

    private int waiting() {
        return head.getPacketsQueue(Transport.POLLING).size();
    }

    private static Packet lastWord() {
        return Outbound.connectError(ProblemCode.UNAUTHENTICATED, "no");
    }
}
