package dev.ringback.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A device as its user sees it.
///
/// @param registeredAt when one of its tokens was last registered
record Device(String deviceId, Instant registeredAt, List<Token> tokens) {

    /// @param token its last characters
    @Schema(name = "DeviceToken")
    record Token(Platform platform, String token,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String appId, Environment environment,
            Instant registeredAt) {
        static Token of(PushToken token) {
            return new Token(token.platform(), token.tail(), token.appId(), token.environment(), token.registeredAt());
        }
    }

    /// The devices that hold these tokens of one user, the one registered last first.
    static List<Device> of(Collection<PushToken> tokens) {
        return tokens.stream()
                .collect(Collectors.groupingBy(PushToken::deviceId, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(Device::one)
                .sorted(Comparator.comparing(Device::registeredAt).reversed())
                .toList();
    }

    private static Device one(List<PushToken> tokens) {
        var registeredAt = tokens.stream().map(PushToken::registeredAt).max(Comparator.naturalOrder()).orElseThrow();
        return new Device(tokens.getFirst().deviceId(), registeredAt, tokens.stream().map(Token::of).toList());
    }
}
