package dev.ringback.notify.ably;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.notify.Broker;
import io.ably.lib.types.AblyException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.core.NestedExceptionUtils;

class AblyConfigurationTests {
    private static final String KEY = "app.key:the-secret";

    @ParameterizedTest
    @ValueSource(strings = {"key=", "key= ", "tls=false"})
    void withoutAKeyItIsOff(String setting) {
        with(setting).run(context -> {
            assertThat(context.getBean(Broker.class)).isEqualTo(Broker.off("ably"));
            assertThat(context.getBeanProvider(AblyTokens.class).getIfAvailable()).isNull();
        });
    }

    @Test
    void withAKeyItIsOn() {
        with("key=" + KEY).run(context -> {
            var broker = context.getBean(Broker.class);
            assertThat(broker.publisher()).isNotNull();
            assertThat(broker.audience()).isEqualTo(Broker.Audience.PARTIES);
            assertThat(broker.withActionTokens()).isFalse();
            assertThat(broker.timeout()).isEqualTo(Duration.ofSeconds(6));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"the-secret", "app:the-secret", "app.key:", ".key:the-secret", "app.key:the-secret:more",
            "app.key:the secret", "a pp.key:the-secret"})
    void aKeyThatIsNoneStopsTheStart(String key) {
        assertStops("ringback.ably.key is no API key", "key=" + key);
    }

    @Test
    void halfConfiguredItStopsTheStart() {
        assertStops("ringback.ably.key is missing", "host=rest.example.com");
        assertStops("ringback.ably.host is missing", "key=" + KEY, "port=8080");
        assertStops("ringback.ably.host is missing", "key=" + KEY, "fallback-hosts=a.example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host=https://rest.example.com", "host=rest.example.com/x", "host=me:the-secret@a",
            "fallback-hosts=a b", "port=-1", "port=70000", "request-timeout=500ms", "request-timeout=31s"})
    void whatIsNoneStopsTheStart(String setting) {
        assertStops("ringback.ably.", "host=rest.example.com", "key=" + KEY, setting);
    }

    /// The first host and one other, each with the time to connect and to answer, end before the lane gives up.
    @Test
    void allHostsTogetherAreDoneInTime() throws AblyException {
        for (int seconds = 1; seconds <= 30; seconds++) {
            var timeout = Duration.ofSeconds(seconds);
            for (var host : List.of("", "rest.example.com")) {
                var options = AblyOptions.of(new AblySettings(KEY, host, 0, List.of(), true, timeout));
                int hosts = 1 + options.httpMaxRetryCount;
                assertThat(hosts).isEqualTo(host.isEmpty() ? 2 : 1);
                assertThat((long) hosts * (options.httpOpenTimeout + options.httpRequestTimeout))
                        .isLessThanOrEqualTo(timeout.toMillis())
                        .isGreaterThan(timeout.toMillis() - 2L * hosts);
            }
        }
    }

    @Test
    void settingsPrintNoSecret() {
        assertThat(new AblySettings(KEY, "", 0, List.of(), true, Duration.ofSeconds(5)).toString())
                .doesNotContain("the-secret", "app.key");
    }

    private static void assertStops(String words, String... settings) {
        with(settings).run(context -> {
            var cause = NestedExceptionUtils.getRootCause(context.getStartupFailure());
            assertThat(cause).isInstanceOf(FailureAnalyzedException.class)
                    .hasMessageContaining(words)
                    .hasMessageNotContaining("the-secret");
        });
    }

    private static ApplicationContextRunner with(String... settings) {
        return new ApplicationContextRunner().withUserConfiguration(AblyConfiguration.class, Parts.class)
                .withPropertyValues(Arrays.stream(settings).map("ringback.ably."::concat).toArray(String[]::new));
    }

    @EnableConfigurationProperties(AblySettings.class)
    static class Parts {
        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }
    }
}
