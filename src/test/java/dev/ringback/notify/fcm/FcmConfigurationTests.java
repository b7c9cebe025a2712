package dev.ringback.notify.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.device.Platform;
import dev.ringback.notify.Channel;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Pushes;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.core.NestedExceptionUtils;

class FcmConfigurationTests {
    @AutoClose
    private final FakeFcm fcm = new FakeFcm();

    @ParameterizedTest
    @ValueSource(strings = {"ringback.fcm.base-url=https://example.org", "ringback.fcm.credentials=",
            "ringback.fcm.credentials= "})
    void withoutCredentialsTheChannelIsOff(String setting) {
        with(setting).run(context -> {
            var channel = context.getBean(Channel.class);
            assertThat(channel.notifier()).isNull();
            assertThat(channel.name()).isEqualTo("fcm");
            assertThat(channel.platforms()).containsExactlyInAnyOrder(Platform.ANDROID, Platform.FCM_IOS,
                    Platform.FCM_WEB);
        });
    }

    @Test
    void credentialsMayBeTheText() {
        assertSends(FakeFcm.credentials(fcm.tokenUri()));
    }

    @Test
    void credentialsMayBeAFile(@TempDir Path directory) throws Exception {
        assertSends(Files.writeString(directory.resolve("key.json"), FakeFcm.credentials(fcm.tokenUri())).toString());
    }

    @Test
    void theBaseUrlMayHaveAPath() {
        with(baseUrl("/no/such/place"), credentials(FakeFcm.credentials(fcm.tokenUri()))).run(context -> {
            assertThat(send(context.getBean(Channel.class))).isEqualTo(new Outcome.Refused("HTTP 404"));
            assertThat(fcm.assertions()).hasSize(1);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/no/such/the-secret.json", "the-secret\u0000", "{the-secret", "{\"type\": \"the-secret\"}",
            "{\"type\": \"service_account\", \"project_id\": \"p\", \"private_key\": \"the-secret\"}",
            "{\"type\": \"service_account\", \"project_id\": \"p\", \"private_key\": \"the-secret\", \"client_id\": \"1\","
                    + " \"client_email\": \"e\", \"private_key_id\": \"2\"}"})
    void credentialsThatAreNoneStopTheStart(String credentials) {
        assertStops(credentials, "ringback.fcm.credentials are n");
    }

    @Test
    void credentialsWithoutAProjectStopTheStart() {
        var credentials = FakeFcm.credentials(fcm.tokenUri()).replace("project_id", "project-id");
        assertStops(credentials, "ringback.fcm.credentials name no project_id.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.org", "fcm.googleapis.com", "https://me:the-secret@example.org",
            "http://a/b?c=d",
            "http://a/#b"})
    void aBaseUrlThatIsNoneStopsTheStart(String url) {
        with("ringback.fcm.base-url=" + url).run(context -> assertThat(context.getStartupFailure())
                .rootCause()
                .hasMessageContaining("ringback.fcm.base-url")
                .hasMessageNotContaining("the-secret"));
    }

    @Test
    void settingsPrintNothing() {
        assertThat(new FcmSettings("the-secret", URI.create("https://me:the-secret@example.org")))
                .asString()
                .doesNotContain("the-secret");
    }

    private void assertStops(String credentials, String description) {
        with(credentials(credentials)).run(context -> {
            var stop = NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure()));
            assertThat(stop).isInstanceOf(FailureAnalyzedException.class);
            var analysis = ((FailureAnalyzedException) stop).analysis();
            assertThat(analysis.getDescription()).startsWith(description).doesNotContain("the-secret", "PRIVATE KEY");
            assertThat(analysis.getAction()).contains("RINGBACK_FCM_CREDENTIALS").hasLineCount(1);
        });
    }

    private void assertSends(String credentials) {
        with(baseUrl(""), credentials(credentials)).run(context -> {
            assertThat(send(context.getBean(Channel.class))).isInstanceOf(Outcome.Delivered.class);
            assertThat(fcm.sent()).hasSize(1);
        });
    }

    private static Outcome send(Channel channel) throws InterruptedException {
        return Objects.requireNonNull(channel.notifier()).send(Pushes.ring(FakeFcm.token(Platform.ANDROID)));
    }

    private String baseUrl(String path) {
        return "ringback.fcm.base-url=http://localhost:" + fcm.url().port() + path;
    }

    private static String credentials(String credentials) {
        return "ringback.fcm.credentials=" + credentials;
    }

    private static ApplicationContextRunner with(String... settings) {
        return new ApplicationContextRunner().withUserConfiguration(Settings.class, FcmConfiguration.class)
                .withPropertyValues(settings);
    }

    @EnableConfigurationProperties(FcmSettings.class)
    static class Settings {
        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }
    }
}
