package dev.ringback.support;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// The watch sees what it is there for. It is given its entries by hand: logged, they would fail this very test.
class SecretWatchTests {
    private final Logger logger = (Logger) LoggerFactory.getLogger("some.library");
    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

    @Test
    void itStandsUnderAllLoggersOfTheTestRun() {
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        assertThat(root.getAppender("SECRETS")).isInstanceOf(SecretWatch.class).matches(watch -> watch.isStarted());
        assertThat(LoggerFactory.getLogger("dev.ringback.any").isDebugEnabled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {Tokens.SECRET, "Authorization: Bearer abcdefgh.ijk",
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAw",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "to fcm-token:3b1f7a52-90",
            "https://fcm.googleapis.com/fcm/send/x", "https://localhost/push/3b1f7a52-90aa-4c2b-8f55-0a1b2c3d4e5f",
            "Basic dGhlLWFwcC1pZDp0aGUtYXBwLWtleQ==", "access-17"})
    void aSecretIsSeen(String text) {
        log("it says " + text, null);
        assertThat(leaks).hasSize(1).allMatch(leak -> leak.startsWith("some.library at TRACE: "));
    }

    @Test
    void aTokenIsSeenInAnArgumentAndInACause() {
        log("a token: {}", null, Tokens.of("alice"));
        log("failed", new IllegalStateException("outside", new IllegalArgumentException(Tokens.of("bob"))));
        assertThat(leaks).hasSize(2).noneMatch(leak -> leak.contains(Tokens.of("alice")));
    }

    @Test
    void whatATestDeclaresIsSeen() {
        Secrets.used("declared-by-a-test");
        log("of this run: declared-by-a-test", null);
        assertThat(leaks).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Call 01a1fd86-297d-796b-b2cb-d9a396a7742c version 3: 2 notices, 1 deliveries",
            "token …9f3c of bob was removed", "https://localhost:8080/api/push/register", "a bearer token is needed",
            "room 51a7ed000123456789abcdef", "at BearerTokenAuthenticationFilter.doFilter(Some.java:1)",
            "holds no private key (-----BEGIN PRIVATE KEY-----)"})
    void whatIsNoSecretIsNot(String text) {
        log(text, null);
        assertThat(leaks).isEmpty();
    }

    private void log(String text, @Nullable Throwable failure, Object... arguments) {
        var watch = new SecretWatch(leaks);
        watch.start();
        watch.doAppend(new LoggingEvent("caller", logger, Level.TRACE, text, failure,
                arguments));
    }
}
