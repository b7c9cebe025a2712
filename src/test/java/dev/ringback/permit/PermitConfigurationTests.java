package dev.ringback.permit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;

class PermitConfigurationTests {

    @Test
    void itIsOffByDefault() {
        with().run(context -> assertThat(context.getBean(Permits.class).areAsked()).isFalse());
    }

    @Test
    void anAddressTurnsItOn() {
        with("ringback.permit.url=http://10.0.0.7:8080/may-ring?app=7", "ringback.permit.on-failure=deny",
                "ringback.permit.timeout=2s")
                .run(context -> assertThat(context.getBean(Permits.class).areAsked()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend.example.com", "ftp://backend.example.com",
            "https://user:secret@backend.example.com/",
            "https://user@backend.example.com/", "https://backend.example.com/#here", "https://"})
    void anAddressThatCannotBeAskedStopsTheStart(String url) {
        with("ringback.permit.url=" + url).run(context -> assertThat(context).getFailure()
                .extracting(NestedExceptionUtils::getMostSpecificCause)
                .isInstanceOf(FailureAnalyzedException.class)
                .asString()
                .contains("ringback.permit.url")
                .doesNotContain("secret"));
    }

    @Test
    void aTokenThatIsNoHeaderStopsTheStart() {
        with("ringback.permit.url=https://backend.example.com/", "ringback.permit.token=secret \u00e4")
                .run(context -> assertThat(context).getFailure()
                        .extracting(NestedExceptionUtils::getMostSpecificCause)
                        .isInstanceOf(FailureAnalyzedException.class)
                        .asString()
                        .contains("ringback.permit.token")
                        .doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0ms", "9ms", "11s", "-1s"})
    void aLimitThatMakesNoSenseStopsTheStart(String timeout) {
        with("ringback.permit.timeout=" + timeout).run(context -> assertThat(context).getFailure()
                .extracting(NestedExceptionUtils::getMostSpecificCause)
                .asString()
                .contains("ringback.permit.timeout must be from 10ms to 10s"));
    }

    private static ApplicationContextRunner with(String... settings) {
        return new ApplicationContextRunner().withUserConfiguration(Parts.class)
                .withBean(SimpleMeterRegistry.class)
                .withBean(Spans.class, () -> Spans.OFF)
                .withPropertyValues(settings);
    }

    @EnableConfigurationProperties(PermitSettings.class)
    @Import(PermitConfiguration.class)
    static class Parts {}
}
