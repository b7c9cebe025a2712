package dev.ringback.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class RoomSettingsTests {
    private static final String ID = "ringback.enablex.app-id=the-app-id";
    private static final String KEY = "ringback.enablex.app-key=the-app-key";

    private static final SystemEnvironmentPropertySource ENVIRONMENT = new SystemEnvironmentPropertySource(
            "test-systemEnvironment",
            Map.of("RINGBACK_ENABLEX_APP_ID", "the-app-id", "RINGBACK_ENABLEX_APP_KEY", "the-app-key"));

    @Test
    void withoutAnAccountRoomsAreSimulatedAndTheLogSaysSo(CapturedOutput output) {
        RoomModule.with().run(context -> {
            assertThat(context.getBean(RoomProvider.class).simulated()).isTrue();
            assertThat(output).containsOnlyOnce("ROOMS ARE SIMULATED")
                    .contains("RINGBACK_ENABLEX_APP_ID", "RINGBACK_ENABLEX_APP_KEY");
        });
    }

    /// As a compose file gives them whose own variables are not set.
    @Test
    void emptySettingsCountAsNone() {
        RoomModule.with(
                "ringback.enablex.app-id=",
                "ringback.enablex.app-key= ",
                "ringback.enablex.base-url=",
                "ringback.simulator.latency=")
                .run(context -> assertThat(context.getBean(RoomProvider.class).simulated()).isTrue());
    }

    @Test
    void withAnAccountRoomsAreRealAndNothingIsSimulated(CapturedOutput output) {
        RoomModule.with(ID, KEY).run(context -> {
            assertThat(context.getBean(RoomProvider.class).simulated()).isFalse();
            assertThat(context).doesNotHaveBean("simulator").doesNotHaveBean("simulatedEnableX");
            assertThat(output).doesNotContain("SIMULATED");
        });
    }

    @Test
    void theAccountMayComeFromTheEnvironment() {
        RoomModule.with()
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(ENVIRONMENT))
                .run(context -> assertThat(context.getBean(RoomProvider.class).simulated()).isFalse());
    }

    @ParameterizedTest
    @CsvSource({ID + ",app-key,RINGBACK_ENABLEX_APP_KEY", KEY + ",app-id,RINGBACK_ENABLEX_APP_ID"})
    void halfAnAccountStopsTheStartAndNamesTheOtherHalf(String half, String missing, String variable) {
        RoomModule.with(half).run(context -> {
            var stop = stopOf(context);
            assertThat(stop).isInstanceOf(FailureAnalyzedException.class);
            var analysis = ((FailureAnalyzedException) stop).analysis();
            assertThat(analysis.getDescription()).startsWith("ringback.enablex." + missing + " is missing")
                    .doesNotContain("the-app");
            assertThat(analysis.getAction()).contains(variable).doesNotContain("the-app").hasLineCount(1);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.org", "api.enablex.io", "https://me:secret@example.org", "http://a/b?c=d",
            "http://a/#b"})
    void aBaseUrlThatIsNoneStopsTheStart(String url) {
        RoomModule.with(ID, KEY, "ringback.enablex.base-url=" + url)
                .run(context -> assertThat(stopOf(context))
                        .hasMessageContaining("ringback.enablex.base-url")
                        .hasMessageNotContaining("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"latency=-1s", "failure-rate=1.1", "failure-rate=-0.1", "failure-rate=NaN"})
    void aSimulatorThatCannotBeStopsTheStart(String setting) {
        RoomModule.with("ringback.simulator." + setting)
                .run(context -> assertThat(stopOf(context))
                        .hasMessageContaining(setting.substring(0, setting.indexOf('='))));
    }

    private static Throwable stopOf(AssertableApplicationContext context) {
        return NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure()));
    }
}
