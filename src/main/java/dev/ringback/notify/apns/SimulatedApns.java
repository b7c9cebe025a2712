package dev.ringback.notify.apns;

import dev.ringback.device.EnvironmentMemory;
import dev.ringback.device.Platform;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import dev.ringback.notify.PushInspector;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/// The real notifier in front of a [SimulatedApple]. Both come up in the background, since certificate, TLS and server
/// would lengthen the start by most of a second; the first to need them waits.
final class SimulatedApns implements Notifier, AutoCloseable {
    private final CompletableFuture<Running> running;

    SimulatedApns(PushInspector inspector, ApnsSettings settings, EnvironmentMemory memory, Clock clock) {
        running = CompletableFuture.supplyAsync(() -> {
            var apple = new SimulatedApple(inspector, settings, clock);
            return new Running(apple, ApnsConfiguration.notifier(apple.settings(), memory, clock));
        }, task -> Thread.ofVirtual().name("simulated-apns").start(task));
    }

    private record Running(SimulatedApple apple, ApnsNotifier notifier) {
        void close() {
            notifier.close();
            apple.close();
        }
    }

    @Override
    public boolean carries(NoticeType type, Platform platform) {
        return running.join().notifier().carries(type, platform);
    }

    @Override
    public Outcome send(Push push) throws InterruptedException {
        return running.join().notifier().send(push);
    }

    @Override
    public Check check() throws InterruptedException {
        return running.join().notifier().check();
    }

    @Override
    public void close() {
        var _ = running.thenAccept(Running::close);
    }
}
