package dev.ringback.notify;

import dev.ringback.identity.Requester;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    PushCheckController(Channels channels) {
        this.channels = channels;
    }

    /// What trying the channels showed.
    record Checked(List<CheckedChannel> channels) {}

    /// What trying one channel showed.
    ///
    /// @param on whether pushes are sent by it
    /// @param simulated whether they go to simulated phones only
    /// @param ok whether pushes can be expected to go out; false when it is off
    record CheckedChannel(String channel, boolean on, boolean simulated, boolean ok, String message) {}

    @Operation(summary = "Try the push credentials of this installation; server tokens only")
    @GetMapping("/api/push/check")
    Checked check(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester) throws InterruptedException {
        requester.mustBeServer();
        var checks = new LinkedHashMap<Channel, Future<Notifier.Check>>();
        var results = new ArrayList<CheckedChannel>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var channel : channels.all()) {
                var notifier = channel.notifier();
                if (notifier == null) {
                    results.add(new CheckedChannel(channel.name(), false, false, false, "Not configured."));
                } else {
                    checks.put(channel, threads.submit(notifier::check));
                }
            }
            for (var check : checks.entrySet()) {
                var result = result(check.getKey(), check.getValue());
                var channel = check.getKey();
                results.add(new CheckedChannel(channel.name(), true, channel.isSimulated(), result.ok(),
                        result.message()));
            }
        }
        return new Checked(results);
    }

    private static Notifier.Check result(Channel channel, Future<Notifier.Check> check) throws InterruptedException {
        try {
            return check.get(WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            return new Notifier.Check(false, "No answer within " + WITHIN_SECONDS + " s.");
        } catch (ExecutionException failure) {
            LOG.error("The check of channel {} failed", channel.name(), failure.getCause());
            return new Notifier.Check(false, "The check itself failed; the log says how.");
        } finally {
            check.cancel(true);
        }
    }
}
