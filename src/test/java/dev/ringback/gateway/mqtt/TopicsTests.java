package dev.ringback.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTests {

    @ParameterizedTest
    @ValueSource(strings = {"bob", "$SYS", "b ö b", "user@example.com", "a|b:c"})
    void mostIdsAreThemselves(String id) {
        assertThat(Topics.of(id, "incoming_call")).isEqualTo("users/" + id + "/incoming_call");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "+", "#", "a%2Fb", "100%", "%25", "%252F", "//", "a+b#c/d%"})
    void whatWouldEndALevelOrStandForOthersIsEncoded(String id) {
        var topic = Topics.of(id, "x");
        assertThat(topic.chars().filter(c -> c == '/').count()).isEqualTo(2);
        assertThat(topic).doesNotContain("+", "#");
        assertThat(Topics.room("calls/" + topic.substring("users/".length(), topic.lastIndexOf('/')) + "/response"))
                .contains(id);
    }

    @Test
    void twoUsersNeverShareATopic() {
        assertThat(Topics.of("a/b", "x")).isNotEqualTo(Topics.of("a%2Fb", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "calls/response", "calls//response", "calls/a/b/response", "calls/a/response/",
            "x/a/response"})
    void otherTopicsAreNoneOfAResponse(String topic) {
        assertThat(Topics.room(topic)).isEmpty();
    }
}
