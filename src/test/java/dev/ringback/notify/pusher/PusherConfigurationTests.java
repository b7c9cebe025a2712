package dev.ringback.notify.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.notify.Broker;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;

class PusherConfigurationTests {
    private static final String[] WHOLE = {"app-id=4711", "key=the-key", "secret=the-secret", "cluster=eu"};

    @ParameterizedTest
    @ValueSource(strings = {"key=", "secret= ", "tls=false"})
    void withoutAnAppItIsOff(String setting) {
        with(setting).run(context -> {
            assertThat(context.getBean(Broker.class)).isEqualTo(Broker.off("pusher"));
            assertThat(context.getBeanProvider(PusherApp.class).getIfAvailable()).isNull();
        });
    }

    @Test
    void withAnAppItIsOn() {
        with(WHOLE).run(context -> {
            var broker = context.getBean(Broker.class);
            assertThat(broker.publisher()).isNotNull();
            assertThat(broker.audience()).isEqualTo(Broker.Audience.PARTIES);
            assertThat(broker.withActionTokens()).isFalse();
            assertThat(context.getBean(PusherApp.class).question().url().toString())
                    .startsWith("https://api-eu.pusher.com/apps/4711/channels/");
        });
    }

    @ParameterizedTest
    @CsvSource({"app-id,app-id", "key,key", "secret,secret", "cluster,cluster"})
    void halfConfiguredItStopsTheStart(String without, String missing) {
        var left = Arrays.stream(WHOLE).filter(setting -> !setting.startsWith(without)).toArray(String[]::new);
        assertStops("ringback.pusher." + missing + " is missing", left);
    }

    @Test
    void clusterAndHostExcludeEachOther() {
        assertStops("ringback.pusher.cluster and ringback.pusher.host are both set", plus("host=soketi:6001"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://soketi", "soketi/path", "me:the-secret@soketi", "soketi:", "so keti", "a?b", "a#b"})
    void aHostThatIsNoneStopsTheStart(String host) {
        assertStops("ringback.pusher.host is no host", plus("cluster=", "host=" + host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"app-id=4711/../1", "key=a&b", "cluster=eu.evil.example/"})
    void whatIsNoneStopsTheStart(String setting) {
        assertStops("is not one", plus(setting));
    }

    private static String[] plus(String... settings) {
        return Stream.concat(Arrays.stream(WHOLE), Arrays.stream(settings)).toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({"soketi,http://soketi/", "soketi:6001,http://soketi:6001/", "10.0.0.1:80,http://10.0.0.1/"})
    void aServerOfOnesOwnIsAHost(String host, String url) {
        with("app-id=app", "key=the-key", "secret=the-secret", "tls=false", "host=" + host)
                .run(context -> assertThat(context.getBean(PusherApp.class).question().url().toString())
                        .startsWith(url + "apps/app/channels/"));
    }

    @Test
    void settingsPrintNoSecret() {
        var settings = new PusherSettings("4711", "the-key", "the-secret", "eu", "", true);
        assertThat(settings + " " + new PusherApp(settings)).doesNotContain("the-secret", "the-key");
    }

    private static void assertStops(String words, String... settings) {
        with(settings).run(context -> {
            var cause = NestedExceptionUtils.getRootCause(context.getStartupFailure());
            assertThat(cause).isInstanceOf(FailureAnalyzedException.class).hasMessageContaining(words);
            assertThat(cause).hasMessageNotContaining("the-secret");
        });
    }

    private static ApplicationContextRunner with(String... settings) {
        return new ApplicationContextRunner().withUserConfiguration(PusherConfiguration.class, Parts.class)
                .withPropertyValues(Arrays.stream(settings).map("ringback.pusher."::concat).toArray(String[]::new));
    }

    @EnableConfigurationProperties(PusherSettings.class)
    static class Parts {}
}
