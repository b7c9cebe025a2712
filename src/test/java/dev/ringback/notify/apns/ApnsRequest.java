package dev.ringback.notify.apns;

import dev.ringback.device.Environment;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A push as the server saw it.
public record ApnsRequest(Map<String, String> headers, String payload, Instant at) {

    ApnsRequest(Map<String, String> headers, String payload) {
        this(headers, payload, Clock.systemUTC().instant());
    }

    public String path() {
        return Objects.requireNonNull(headers.get(":path"));
    }

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    Environment environment() {
        return "localhost".equals(headers.get(":authority")) ? Environment.PRODUCTION : Environment.SANDBOX;
    }

    public JsonNode json() {
        return JsonMapper.shared().readTree(payload);
    }

    JsonNode aps() {
        return json().path("aps");
    }

    int bytes() {
        return payload.getBytes(StandardCharsets.UTF_8).length;
    }

    /// The event's members as texts.
    Map<String, String> members() {
        return json().properties()
                .stream()
                .filter(e -> !e.getKey().equals("aps"))
                .collect(Collectors.toMap(Map.Entry::getKey,
                        e -> e.getValue().isContainer() ? e.getValue().toString() : e.getValue().asString()));
    }

    public Duration timeToLive() {
        var until = Instant.ofEpochSecond(Long.parseLong(Objects.requireNonNull(header("apns-expiration"))));
        return Duration.between(at, until);
    }
}
