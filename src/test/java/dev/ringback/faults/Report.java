package dev.ringback.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a run did and found, and how long each part of it took.
final class Report {
    private static final Path FILE = Path.of("target", "faults", "report.txt");

    private final List<String> lines = new ArrayList<>();
    private long since = System.nanoTime();

    /// Says how long it took since the last part ended.
    void took(String part) {
        long now = System.nanoTime();
        line("%-22s %6.1f s".formatted(part, (now - since) / 1e9));
        since = now;
    }

    void line(String line) {
        lines.add(line);
        System.out.println(line);
    }

    void summary(History history, long seed, int asked) {
        long database = history.kills().stream().filter(kill -> kill.node() == null).count();
        line("seed %d: %d kills (service %d, PostgreSQL %d), nobody could serve for %.1f s in all".formatted(seed,
                history.kills().size(), history.kills().size() - database, database, seconds(history)));
        line("calls %d of %d asked for, accepted %d, timed out %d, rejected %d, cancelled %d".formatted(
                history.calls().size(), asked, count(history, "accept"), timedOut(history), count(history, "reject"),
                count(history, "cancel")));
        line("pushes %d, of them rings %d; latest ring %d ms before its deadline".formatted(history.pushes().size(),
                history.pushes().stream().filter(FakePushes.Push::isRing).count(), closest(history)));
    }

    void write(List<String> more) throws IOException {
        Files.createDirectories(FILE.getParent());
        lines.addAll(more);
        Files.write(FILE, lines);
    }

    private static double seconds(History history) {
        return history.outages()
                .stream()
                .map(outage -> Duration.between(outage.from(), outage.to()))
                .reduce(Duration.ZERO, Duration::plus)
                .toMillis() / 1e3;
    }

    private static long timedOut(History history) {
        return history.calls().stream().filter(call -> "TIMEOUT".equals(call.reason())).count();
    }

    private static long count(History history, String command) {
        return history.acknowledged().stream().filter(write -> write.command().equals(command)).count();
    }

    private static long closest(History history) {
        return history.pushes()
                .stream()
                .filter(FakePushes.Push::isRing)
                .flatMap(ring -> history.call(ring.callId()).stream().map(call -> left(ring.at(), call.expiresAt())))
                .mapToLong(Duration::toMillis)
                .min()
                .orElse(0);
    }

    private static Duration left(Instant at, Instant deadline) {
        return Duration.between(at, deadline);
    }
}
