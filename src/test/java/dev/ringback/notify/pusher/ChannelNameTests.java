package dev.ringback.notify.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelNameTests {

    @ParameterizedTest
    @ValueSource(strings = {"bob", "Bob_1", "bob@example.com", "a,b;c.d-e", "01a203d4-a0dc-758a-9a87-c137d610bb3c"})
    void whatAChannelMayHoldStaysAsItIs(String userId) {
        assertThat(ChannelName.of(userId)).isEqualTo("private-user-" + userId);
    }

    @ParameterizedTest
    @CsvSource({"user:1,private-user-user=3A1", "a=b,private-user-a=3Db", "a b,private-user-a=20b",
            "zoë,private-user-zo=C3=AB", "😀,private-user-=F0=9F=98=80", "a%3Ab,private-user-a=253Ab"})
    void theRestIsEscaped(String userId, String channel) {
        assertThat(ChannelName.of(userId)).isEqualTo(channel);
    }

    @Test
    void noTwoUsersShareAChannel() {
        assertThat(Stream.of("a:b", "a=3Ab", "a=3ab", "a=3D3Ab", "A:B", "a%3Ab", "==" + "A".repeat(43), "é", "e\u0301")
                .map(ChannelName::of)).doesNotHaveDuplicates();
    }

    @Test
    void anIdThatIsTooLongIsHashed() {
        var just = "é".repeat(25);
        assertThat(ChannelName.of(just)).startsWith("private-user-=C3=A9").hasSize(13 + 150);
        assertThat(ChannelName.of("é".repeat(26)))
                .matches("private-user-==[A-Za-z0-9_-]{43}")
                .isEqualTo(ChannelName.of("é".repeat(26)))
                .isNotEqualTo(ChannelName.of("é".repeat(27)));
        assertThat(ChannelName.of("x".repeat(128))).isEqualTo("private-user-" + "x".repeat(128));
    }
}
