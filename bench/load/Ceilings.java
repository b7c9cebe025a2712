package load;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/// What the generator and EnableX's stand-in can do at most: what is measured must stay well below.
final class Ceilings {
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final int HTTP_CLIENTS = 32;

    private final Options options;
    private final Report report;

    Ceilings(Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    void measure(Stage stage) throws IOException, InterruptedException {
        for (var protocol : new Protocol[]{Protocol.STOMP, Protocol.SOCKET_IO}) {
            Compare.progress("generator alone, " + protocol);
            var best = generator(protocol);
            report.add("generator alone, " + protocol, "best", best);
            report.note(
                    "Generator alone, %s: %.0f full calls/s, at %.2f ms of CPU a call, the responder's part included.",
                    protocol, best.callsPerSecond(), best.perCall(Usage::generator));
        }
        Compare.progress("EnableX stub alone");
        report.note("EnableX stub: %.0f requests/s from %d clients beside it; a call needs three or four.",
                requestsPerSecond(new Http(URI.create(stage.enableXUrl())), Stage.ENABLEX_PATH + "/rooms"),
                HTTP_CLIENTS);
    }

    private Run generator(Protocol protocol) throws IOException, InterruptedException {
        var nothing = new Usage.Watched(Optional.empty(), Optional.empty(), Optional.empty());
        try (var responder = new Responder(protocol);
                var crowd = Crowd.connected(new Http(responder.url()), new Tokens("none"), protocol, options.users())) {
            Load.closed(crowd, options.pairs().getFirst(), WARM_UP);
            return options.pairs()
                    .stream()
                    .map(pairs -> Run.of(nothing, () -> Load.closed(crowd, pairs, options.duration())))
                    .max(Comparator.comparingDouble(Run::callsPerSecond))
                    .orElseThrow();
        }
    }

    /// The most requests a second that the generator's HTTP client gets answered.
    double requestsPerSecond(Http http, String path) {
        requests(http, path, WARM_UP);
        return requests(http, path, options.duration()) / (double) options.duration().toSeconds();
    }

    private long requests(Http http, String path, Duration time) {
        var answered = new LongAdder();
        long end = System.nanoTime() + time.toNanos();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < HTTP_CLIENTS; i++) {
                clients.submit(() -> {
                    while (System.nanoTime() - end < 0) {
                        http.post(path, "none", "{\"name\":\"a\"}").mustBe(200, path);
                        answered.increment();
                    }
                    return null;
                });
            }
        }
        return answered.sum();
    }
}
