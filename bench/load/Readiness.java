package load;

import java.io.IOException;
import java.time.Duration;

/// Waits for a service that is starting.
final class Readiness {
    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final int ASK_EVERY_MS = 100;

    private Readiness() {}

    /// Returns when the service says that it is well; throws when its process ends, or the time is up.
    static void await(Options options) throws InterruptedException {
        var http = new Http(options.url());
        long deadline = System.nanoTime() + WITHIN.toNanos();
        while (true) {
            try {
                http.get("/actuator/health").mustBe(200, "health");
                return;
            } catch (IOException notYet) {
                if (hasEnded(options) || System.nanoTime() > deadline) {
                    throw new IllegalStateException("the service is not ready: " + notYet.getMessage());
                }
                Thread.sleep(ASK_EVERY_MS);
            }
        }
    }

    private static boolean hasEnded(Options options) {
        var pid = options.watched().service();
        return pid.isPresent() && pid.flatMap(ProcessHandle::of).filter(ProcessHandle::isAlive).isEmpty();
    }
}
