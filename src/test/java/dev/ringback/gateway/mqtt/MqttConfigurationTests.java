package dev.ringback.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.plugins.RxJavaPlugins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

class MqttConfigurationTests {

    @Test
    void withoutAUrlItIsOff() {
        assertThat(settings("", "", "", "5", "").empty()).isTrue();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(settings("", "ringback", "", "5", ""), "missing: ringback.mqtt.url"),
                Arguments.of(settings("", "", "a-password-of-mqtt", "5", ""), "missing: ringback.mqtt.url"),
                Arguments.of(settings("mqtt://b", "", "a-password-of-mqtt", "5", ""),
                        "missing: ringback.mqtt.username"),
                Arguments.of(settings("b:1883", "", "", "5", ""), "ringback.mqtt.url cannot"),
                Arguments.of(settings("mqtt://b", "", "", "4", ""), "ringback.mqtt.version cannot"),
                Arguments.of(settings("mqtts://b", "", "", "5", "/no/such/file"),
                        "ringback.mqtt.trusted-certificate cannot"),
                Arguments.of(settings("mqtts://b", "", "", "5", "\0"), "ringback.mqtt.trusted-certificate cannot"),
                Arguments.of(settings("mqtts://b", "", "", "5", "-----BEGIN CERTIFICATE-----\nx"),
                        "ringback.mqtt.trusted-certificate cannot"),
                Arguments.of(settings("mqtt://b", "", "", "5", "-----BEGIN"), "ringback.mqtt.url cannot"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeStopsTheStartAndNamesTheSetting(MqttSettings settings, String name) {
        assertThatThrownBy(() -> MqttConfiguration.wires(settings))
                .isInstanceOfSatisfying(FailureAnalyzedException.class, failure -> {
                    var said = failure.analysis().getDescription() + " " + failure.analysis().getAction();
                    assertThat(said).contains(name)
                            .contains("RINGBACK_MQTT_")
                            .doesNotContain("a-password", "BEGIN", "\0");
                });
    }

    @Test
    void whatFailsAfterTheEndOfAConnectionIsNoUncaughtFailure() throws InterruptedException {
        var _ = MqttConfiguration.wires(settings("mqtt://b", "", "", "5", ""));
        var uncaught = new AtomicReference<Throwable>();
        var late = Thread.ofPlatform()
                .uncaughtExceptionHandler((_, failure) -> uncaught.set(failure))
                .start(() -> RxJavaPlugins.onError(new RejectedExecutionException("event loop shut down")));
        late.join();
        assertThat(uncaught).hasValue(null);
    }

    @ParameterizedTest
    @CsvSource({"mqtt://b, b:1883, false", "tcp://b:1, b:1, false", "mqtts://b/, b:8883, true", "SSL://b, b:8883, true",
            "ws://b, b:80, false", "wss://b/x/y, b:443, true", "mqtt://[::1]:5, ::1:5, false"})
    void anAddressIsReadFromAUrl(String url, String address, boolean tls) {
        assertThat(BrokerAddress.of(url)).hasValueSatisfying(read -> {
            assertThat(read).hasToString(address);
            assertThat(read.tls()).isEqualTo(tls);
        });
    }

    @Test
    void onlyAWebSocketHasAPath() {
        assertThat(BrokerAddress.of("ws://b").orElseThrow().webSocketPath()).isEqualTo("mqtt");
        assertThat(BrokerAddress.of("wss://b/x/y").orElseThrow().webSocketPath()).isEqualTo("x/y");
        assertThat(BrokerAddress.of("mqtt://b").orElseThrow().webSocketPath()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b", "http://b", "mqtt://", "mqtt://user:pass@b", "mqtt://b/x", "mqtt://b:0",
            "mqtt://b:70000",
            "mqtt://b?x", "mqtt://b#x", "mqtt://b c", "mqtt:b"})
    void anythingElseIsNoAddress(String url) {
        assertThat(BrokerAddress.of(url)).isEmpty();
    }

    @Test
    void certificatesAreReadFromAFileOrFromTheSettingItself(@TempDir Path folder) throws Exception {
        var pem = new HeldCertificate.Builder().build().certificatePem();
        var file = Files.writeString(folder.resolve("ca.pem"), pem);
        for (var certificate : new String[]{pem, pem.strip().replace("\n", "\\n"), file.toString()}) {
            var wires = MqttConfiguration.wires(settings("mqtts://b", "", "", "5", certificate));
            assertThat(wires.tls()).isNotNull();
        }
    }

    @Test
    void settingsDoNotPrintThePassword() {
        assertThat(settings("mqtt://b", "u", "a-password-of-mqtt", "5", "").toString()).doesNotContain("a-password");
        assertThat(MqttConfiguration.wires(settings("mqtt://b", "u", "a-password-of-mqtt", "5", "")))
                .hasToString("Wires[b:1883]");
    }

    private static MqttSettings settings(String url, String username, String password, String version,
            String certificate) {
        return new MqttSettings(url, username, password, version, "", "ringback", Duration.ofSeconds(30), certificate);
    }
}
