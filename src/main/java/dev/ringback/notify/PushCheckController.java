package dev.ringback.notify;

import dev.ringback.identity.Requester;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Lets an operator try the push credentials before a phone stays silent.
@RestController
@Tag(name = "Push")
class PushCheckController {
    private static final Logger LOG = LoggerFactory.getLogger(PushCheckController.class);
    private static final int WITHIN_SECONDS = 15;

    private final Channels channels;
    private final Brokers brokers;

    PushCheckController(Channels channels, Brokers brokers) {
        this.channels = channels;
        this.brokers = brokers;
    }

    /// What trying the channels showed.
    record Checked(List<CheckedChannel> channels) {}

    /// What trying one channel showed.
    ///
    /// @param on whether pushes are sent by it
    /// @param simulated whether they go to simulated phones only
    /// @param ok whether pushes can be expected to go out; false when it is off
    record CheckedChannel(String channel, boolean on, boolean simulated, boolean ok, String message) {}

    @Operation(summary = "Try the credentials of channels and brokers; server tokens only")
    @GetMapping("/api/push/check")
    Checked check(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester) throws InterruptedException {
        requester.mustBeServer();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var checks = ways().map(way -> new UnderWay(way, way.check() == null ? null : threads.submit(way.check())))
                    .toList();
            var results = new ArrayList<CheckedChannel>();
            for (var check : checks) {
                results.add(result(check));
            }
            return new Checked(results);
        }
    }

    /// A channel or a broker, and how to try it; null when it is off.
    private record Way(String name, boolean simulated, @Nullable Callable<Notifier.Check> check) {}

    private record UnderWay(Way way, @Nullable Future<Notifier.Check> answer) {}

    private Stream<Way> ways() {
        var toTokens = channels.all().stream().map(channel -> {
            var notifier = channel.notifier();
            return new Way(channel.name(), channel.isSimulated(), notifier == null ? null : notifier::check);
        });
        var toBrokers = brokers.all().stream().map(broker -> {
            var publisher = broker.publisher();
            return new Way(broker.name(), false, publisher == null ? null : publisher::check);
        });
        return Stream.concat(toTokens, toBrokers);
    }

    private static CheckedChannel result(UnderWay check) throws InterruptedException {
        var way = check.way();
        if (check.answer() == null) {
            return new CheckedChannel(way.name(), false, false, false, "Not configured.");
        }
        var result = result(way, check.answer());
        return new CheckedChannel(way.name(), true, way.simulated(), result.ok(), result.message());
    }

    private static Notifier.Check result(Way way, Future<Notifier.Check> check) throws InterruptedException {
        try {
            return check.get(WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            return new Notifier.Check(false, "No answer within " + WITHIN_SECONDS + " s.");
        } catch (ExecutionException failure) {
            LOG.error("The check of channel {} failed", way.name(), failure.getCause());
            return new Notifier.Check(false, "The check itself failed; the log says how.");
        } finally {
            check.cancel(true);
        }
    }
}
