package dev.ringback.notify.stomp;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/// Spreads heartbeats over most of the time between two of them.
///
/// Once in that time Spring's broker writes to all sockets in one loop. With thousands of sockets that is some hundred
/// milliseconds in which whatever rings waits behind them. The loop runs on the thread of [#scheduler()], and pauses after
/// each message that it has sent.
final class Heartbeats implements ChannelInterceptor {
    private static final ScopedValue<Round> ROUND = ScopedValue.newInstance();

    private final IntSupplier sockets;

    /// @param sockets how many there are
    Heartbeats(IntSupplier sockets) {
        this.sockets = sockets;
    }

    /// For the broker's heartbeats and nothing else: its thread sleeps most of the time.
    TaskScheduler scheduler() {
        var scheduler = new Rounds();
        scheduler.setThreadNamePrefix("stomp-heartbeats-");
        scheduler.setDaemon(true);
        scheduler.initialize();
        return scheduler;
    }

    private void spread(Runnable round, Duration interval) {
        // a fifth is left for sockets that come meanwhile, and for a machine that is busy
        long nanos = interval.toNanos() / 5 * 4;
        ScopedValue.where(ROUND, new Round(nanos / Math.max(1, sockets.getAsInt()))).run(round);
    }

    /// Not before the message is sent: until then others to the same socket wait behind it.
    @Override
    public void afterSendCompletion(Message<?> message, MessageChannel channel, boolean sent,
            @Nullable Exception failure) {
        if (ROUND.isBound()) {
            ROUND.get().pause();
        }
    }

    private final class Rounds extends ThreadPoolTaskScheduler {
        /// The broker asks for a delay after each round, which would add to what the round takes.
        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable round, Duration interval) {
            return scheduleAtFixedRate(() -> spread(round, interval), interval);
        }
    }

    /// One look at all sockets.
    private static final class Round {
        private final long pauseNanos;
        private long next = System.nanoTime();

        Round(long pauseNanos) {
            this.pauseNanos = pauseNanos;
        }

        /// By the clock, so that a pause that took too long shortens those after it.
        void pause() {
            next += pauseNanos;
            for (long left = next - System.nanoTime(); left > 0
                    && !Thread.currentThread().isInterrupted(); left = next - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }
}
