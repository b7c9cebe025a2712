package dev.ringback.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PushBodyTests {
    private static final PushToken TO = new PushToken(1, "bob", "phone", Platform.ANDROID, "secret-token", null, null,
            Environment.PRODUCTION, Instant.EPOCH);

    private final PushBody body = Pushes
            .push(NoticeType.INCOMING_CALL, TO, "{\"n\":1.50,\"text\":\"" + "x".repeat(1000) + "\"}",
                    Duration.ofSeconds(30))
            .body();

    @Test
    void customIsWrittenAsTheCallerSentIt() {
        assertThat(new String(body.json(Map.of(), 4000), StandardCharsets.UTF_8))
                .contains("\"custom\":{\"n\":1.50,");
        assertThat(body.texts(4000).get("custom")).startsWith("{\"n\":1.50,");
    }

    @Test
    void whatAPhoneCanDoWithoutGoesFirst() {
        var json = JsonMapper.shared().readTree(body.json(Map.of("aps", Map.of()), 600));
        assertThat(json.has("custom")).isFalse();
        assertThat(json.has("aps")).isTrue();
        assertThat(json.get("action_token").asString()).isEqualTo("action.token.of-this-call");
        assertThat(json.get("caller_name").asString()).isEqualTo("Zoë Ünal");
    }

    @Test
    void whatMakesAPhoneRingStays() {
        assertThat(body.texts(1)).containsKeys("type", "call_id", "version", "caller_id", "call_type", "expires_in_ms")
                .doesNotContainKeys("custom", "action_token");
    }

    @Test
    void theTokenIsInNoText() {
        var push = Pushes.ring(TO);
        assertThat(push.toString()).doesNotContain("secret").contains("…oken");
        assertThat(push.notice().toString()).doesNotContain("Zoë");
    }
}
