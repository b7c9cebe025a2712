package dev.ringback.notify;

import dev.ringback.device.Platform;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One way to devices that are not connected. Every channel's package declares one as a bean, also when it is off.
///
/// @param name in the trace, in metrics and in logs
/// @param platforms whose tokens it reaches
/// @param concurrency how many pushes are on their way to the provider at once
/// @param timeout how long one push may take
/// @param notifier null when the channel is off
public record Channel(String name, Set<Platform> platforms, int concurrency, Duration timeout,
        @Nullable Notifier notifier) {

    public Channel {
        platforms = Set.copyOf(platforms);
    }

    /// A channel whose credentials are not set.
    public static Channel off(String name, Set<Platform> platforms) {
        return new Channel(name, platforms, 1, Duration.ofSeconds(1), null);
    }

    /// A channel whose credentials are not set, and whose pushes a [PushInspector] gets.
    public static Channel simulated(String name, Set<Platform> platforms, int concurrency, Duration timeout,
            Notifier notifier) {
        return new Channel(name, platforms, concurrency, timeout, new SimulatedNotifier(notifier));
    }

    /// Whether its pushes go to a [PushInspector] instead of a provider.
    public boolean isSimulated() {
        return notifier instanceof SimulatedNotifier;
    }

    /// What it does, in one word.
    String state() {
        if (notifier == null) {
            return "off";
        }
        return isSimulated() ? "simulated" : "on";
    }
}
