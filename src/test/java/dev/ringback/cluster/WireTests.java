package dev.ringback.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.notify.Notice;
import dev.ringback.notify.NoticeType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WireTests {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123456Z");

    @Test
    void aNoticeArrivesAsItLeft() {
        var call = new Notice.Subject(UUID.randomUUID(), "room-1", 3, "ringing", "later", "video", "alice", "Alice ☎",
                "bob", List.of(new Notice.Leg("bob", "ringing", NOW, null)), NOW, null, null, "embedded", true,
                "{\"a\":{\"b\":[1,2.50,\"c\"]}}");
        var notice = new Notice("bob", NoticeType.INCOMING_CALL, call, "busy", "bob", NOW.plusSeconds(45), 45_000,
                "phone", true, "a-room-token", null);
        var message = new Wire.Message("node-1", notice);
        assertThat(Wire.read(Wire.write(message))).isEqualTo(message);
    }

    @Test
    void aQuestionHasNoNotice() {
        var message = new Wire.Message("node-1", null);
        assertThat(Wire.read(Wire.write(message))).isEqualTo(message);
    }

    @Test
    void membersOfALaterVersionAreIgnored() {
        var later = "{\"node\":\"node-1\",\"notice\":null,\"priority\":7}".getBytes(StandardCharsets.UTF_8);
        assertThat(Wire.read(later)).isEqualTo(new Wire.Message("node-1", null));
    }
}
