package dev.ringback.webhook.enablex;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;

/// Who is believed to be EnableX.
@ExtendWith(OutputCaptureExtension.class)
class EnableXProofTests {
    private static final String NAME = "ringback.webhook.enablex.username=enablex";
    private static final String PASSWORD = "ringback.webhook.enablex.password=s3cret: pässwörd";

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(EnableXWebhookSettings.class)
    @Import(EnableXWebhookConfiguration.class)
    static class Parts {}

    @Test
    void theRightNameAndPasswordAreBelieved() {
        with(NAME, PASSWORD).run(context -> {
            var proof = context.getBean(EnableXProof.class);
            assertThat(proof.isImpossible()).isFalse();
            assertThat(proof.holds(basic("enablex:s3cret: pässwörd"))).isTrue();
            assertThat(proof.holds(basic("enablex:s3cret: pässwörd").replace("Basic ", "basic  "))).isTrue();
        });
    }

    @Test
    void withoutSettingsNobodyIs() {
        with("ringback.webhook.enablex.username=", "ringback.webhook.enablex.password=").run(context -> {
            var proof = context.getBean(EnableXProof.class);
            assertThat(proof.isImpossible()).isTrue();
            assertThat(proof.holds(basic(":"))).isFalse();
            assertThat(proof.holds(basic(""))).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource({NAME + ",password,RINGBACK_WEBHOOK_ENABLEX_PASSWORD",
            PASSWORD + ",username,RINGBACK_WEBHOOK_ENABLEX_USERNAME"})
    void halfOfItStopsTheStartAndNamesTheOtherHalf(String half, String missing, String variable,
            CapturedOutput output) {
        with(half).run(context -> {
            var stop = (FailureAnalyzedException) NestedExceptionUtils
                    .getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure()));
            assertThat(stop.analysis().getDescription())
                    .startsWith("ringback.webhook.enablex." + missing + " is missing");
            assertThat(stop.analysis().getAction()).contains(variable).hasLineCount(1);
            assertThat(output).doesNotContain("s3cret");
        });
    }

    @Test
    void aNameWithAColonStopsTheStart() {
        with("ringback.webhook.enablex.username=a:b", PASSWORD)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("colon"));
    }

    @Test
    void settingsAreNotPrinted() {
        assertThat(new EnableXWebhookSettings("enablex", "s3cret")).hasToString("EnableXWebhookSettings[***]");
    }

    private static ApplicationContextRunner with(String... settings) {
        return new ApplicationContextRunner().withUserConfiguration(Parts.class).withPropertyValues(settings);
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}
