package dev.ringback.notify;

import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/// The channels of this installation, on and off.
@Component
class Channels {
    private static final Logger LOG = LoggerFactory.getLogger(Channels.class);

    private final List<Channel> channels;
    private final Map<Platform, Channel> byPlatform = new EnumMap<>(Platform.class);

    Channels(ObjectProvider<Channel> channels) {
        this.channels = channels.orderedStream().sorted(Comparator.comparing(Channel::name)).toList();
        this.channels.forEach(channel -> channel.platforms()
                .forEach(platform -> byPlatform.merge(platform, channel,
                        (known, other) -> known.notifier() == null ? other : known)));
        LOG.info("Push channels: {}", this.channels.stream()
                .map(channel -> channel.name() + " " + channel.state())
                .collect(Collectors.joining(", ")));
    }

    List<Channel> all() {
        return channels;
    }

    /// The channel that reaches this platform, also when it is off.
    Optional<Channel> of(Platform platform) {
        return Optional.ofNullable(byPlatform.get(platform));
    }

    /// Those of a device's tokens by which it can be told this, the best first.
    List<PushToken> carrying(NoticeType type, List<PushToken> tokens) {
        return tokens.stream()
                .filter(token -> carries(type, token.platform()))
                .sorted(Comparator.comparing(PushToken::platform))
                .toList();
    }

    private boolean carries(NoticeType type, Platform platform) {
        @Nullable
        Notifier notifier = of(platform).map(Channel::notifier).orElse(null);
        return notifier != null && notifier.carries(type, platform);
    }
}
