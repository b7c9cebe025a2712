package dev.ringback.notify.webpush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.database.KeptKeys;
import dev.ringback.device.Endpoints;
import dev.ringback.device.Platform;
import dev.ringback.notify.Channel;
import java.time.Clock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// What an operator reads when Web Push is set wrongly.
class WebPushConfigurationTests {
    private static final VapidKeys KEYS = VapidKeys.generate();
    /// A configured pair needs no database.
    private static final JdbcClient NO_DATABASE = JdbcClient.create(new DriverManagerDataSource("jdbc:none:"));

    private final WebPushConfiguration configuration = new WebPushConfiguration();

    @Test
    void aConfiguredPairIsUsed() {
        assertThat(keys(KEYS.publicKey(), " " + KEYS.privateKey() + "\n")).isEqualTo(KEYS);
    }

    @Test
    void halfAPairStopsTheStartAndNamesTheOtherHalf() {
        assertStopped(() -> keys(KEYS.publicKey(), ""), "ringback.web-push.private-key is missing");
        assertStopped(() -> keys(" ", KEYS.privateKey()), "ringback.web-push.public-key is missing");
    }

    @Test
    void keysThatAreNoPairStopTheStart() {
        assertStopped(() -> keys(VapidKeys.generate().publicKey(), KEYS.privateKey()), "not a pair");
        assertStopped(() -> keys(KEYS.publicKey(), "not base64url!"), "private-key is not base64url");
    }

    @Test
    void aSubjectThatAppleRefusesStopsTheStart() {
        assertStopped(() -> channelWith("mailto:admin@localhost"), "ringback.web-push.subject");
    }

    @Test
    void theChannelIsOnWithAndWithoutASubject() {
        for (var subject : new String[]{"", "mailto:push@ringback.dev"}) {
            var channel = channelWith(subject);
            assertThat(channel.name()).isEqualTo("web-push");
            assertThat(channel.platforms()).containsExactly(Platform.WEB);
            assertThat(channel.notifier()).isNotNull();
        }
    }

    @Test
    void settingsPrintNoPrivateKey() {
        assertThat(new WebPushSettings(KEYS.publicKey(), KEYS.privateKey(), "").toString())
                .contains(KEYS.publicKey())
                .doesNotContain(KEYS.privateKey());
    }

    private VapidKeys keys(String publicKey, String privateKey) {
        return configuration.vapidKeys(new WebPushSettings(publicKey, privateKey, ""),
                new KeptKeys(NO_DATABASE, Clock.systemUTC()));
    }

    private Channel channelWith(String subject) {
        return configuration.webPushChannel(new WebPushSettings("", "", subject), KEYS, Endpoints.standard(""),
                Clock.systemUTC());
    }

    private static void assertStopped(ThrowingCallable start, String words) {
        assertThatThrownBy(start).isInstanceOfSatisfying(FailureAnalyzedException.class, failure -> {
            assertThat(failure.analysis().getDescription()).contains(words);
            assertThat(failure.analysis().getDescription() + failure.analysis().getAction() + failure)
                    .doesNotContain(KEYS.privateKey());
        });
    }
}
