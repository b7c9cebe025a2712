package dev.ringback.notify.ably;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AblyNamesTests {

    @ParameterizedTest
    @ValueSource(strings = {"bob", "bob@example.com", "user:1", "a/b c?d#e", "zoë", "😀"})
    void whatAChannelMayHoldStaysAsItIs(String userId) {
        assertThat(AblyNames.channel(userId)).isEqualTo("user:" + userId);
        assertThat(AblyNames.clientId(userId)).isEqualTo(userId);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"*;%2A", "a:*;a:%2A", "50%;50%25", "[meta]x;%5Bmeta%5Dx", "a,b;a%2Cb",
            "a\u2028b;a%E2%80%A8b"})
    void whatMeansSomethingToAblyIsEscaped(String userId, String name) {
        assertThat(AblyNames.channel(userId)).isEqualTo("user:" + name);
        assertThat(AblyNames.clientId(userId)).isEqualTo(name);
    }

    @Test
    void noTwoUsersShareAChannel() {
        assertThat(Stream.of("*", "%2A", "%2a", "%252A", "[", "%5B").map(AblyNames::channel)).doesNotHaveDuplicates();
    }
}
