package dev.ringback.notify.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.device.Environment;
import dev.ringback.device.EnvironmentMemory;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Channel;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Pushes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;

/// What the operator sets.
class ApnsSettingsTests {
    private static final String KEY = Credentials.pem(Credentials.SIGNING_KEY.getPrivate());
    private static final String[] REST = {"ringback.apns.key-id=KEY1234567", "ringback.apns.team-id=TEAM123456",
            "ringback.apns.bundle-id=org.example.app"};

    @AutoClose
    private final FakeApns apns = new FakeApns();

    @Test
    void withoutCredentialsTheChannelIsOff() {
        with().run(context -> {
            var channel = context.getBean(Channel.class);
            assertThat(channel.name()).isEqualTo("apns");
            assertThat(channel.platforms()).containsExactlyInAnyOrder(Platform.IOS, Platform.IOS_ALERT);
            assertThat(channel.notifier()).isNull();
        });
    }

    /// As a compose file gives them whose own variables are not set.
    @Test
    void emptySettingsCountAsNone() {
        with("ringback.apns.key=", "ringback.apns.key-id= ", "ringback.apns.team-id=",
                "ringback.apns.bundle-id=", "ringback.apns.trusted-certificate=")
                .run(context -> assertThat(context.getBean(Channel.class).notifier()).isNull());
    }

    @Test
    void eachHalfStopsTheStartAndIsNamed() {
        with("ringback.apns.key=" + KEY, "ringback.apns.team-id=TEAM123456").run(context -> {
            var analysis = stopOf(context).analysis();
            assertThat(analysis.getDescription()).contains("ringback.apns.key-id, ringback.apns.bundle-id")
                    .doesNotContain("ringback.apns.team-id", "PRIVATE", "TEAM123456");
            assertThat(analysis.getAction()).contains("RINGBACK_APNS_KEY_ID, RINGBACK_APNS_BUNDLE_ID")
                    .hasLineCount(1);
        });
        with(REST).run(context -> assertThat(stopOf(context).analysis().getAction())
                .startsWith("Set RINGBACK_APNS_KEY, "));
    }

    @Test
    void aWorkingChannelRingsInEitherEnvironment() {
        apns.tokensLiveIn(Environment.SANDBOX);
        with(working()).withUserConfiguration(Memory.class).run(context -> {
            await().until(() -> apns.probed().size() == 4);
            var notifier = notifier(context);
            assertThat(notifier.send(Pushes.ring(ApnsTokens.voip()))).isInstanceOf(Outcome.Delivered.class);
            assertThat(context.getBean(Memory.class).seen).containsExactly(Environment.SANDBOX);
        });
    }

    @Test
    void theConnectionsEndWithTheService() {
        var held = new ArrayList<Notifier>();
        with(working()).run(context -> held.add(notifier(context)));
        assertThat(held).singleElement()
                .satisfies(notifier -> assertThat(notifier.send(Pushes.ring(ApnsTokens.voip())))
                        .isInstanceOf(Outcome.TryLater.class));
    }

    @ParameterizedTest
    @MethodSource("formsOfTheKey")
    void theKeyIsTakenInAllForms(String key) {
        with(REST).withPropertyValues("ringback.apns.key=" + key, "ringback.apns.host=localhost",
                "ringback.apns.sandbox-host=localhost", "ringback.apns.port=" + apns.network.port())
                .run(context -> assertThat(context.getBean(Channel.class).notifier()).isNotNull());
    }

    static Stream<String> formsOfTheKey() {
        return Stream.of(KEY, KEY.replace("\n", "\\n"), KEY.replace("\n", " "), KEY.replace("\n", "\r\n"));
    }

    @Test
    void keyAndCertificateMayBeFiles(@TempDir Path folder) throws Exception {
        var key = Files.writeString(folder.resolve("AuthKey.p8"), KEY);
        var certificate = Files.writeString(folder.resolve("ca.pem"),
                Credentials.pem(Credentials.SERVER_CERTIFICATE));
        with(working())
                .withPropertyValues("ringback.apns.key=" + key, "ringback.apns.trusted-certificate=" + certificate)
                .run(context -> assertThat(notifier(context).check().ok()).isTrue());
    }

    @Test
    void onlyATrustedServerIsTalkedTo() {
        with(working()).withPropertyValues("ringback.apns.trusted-certificate=")
                .run(context -> assertThat(notifier(context).check().message()).contains("cannot be reached"));
    }

    @ParameterizedTest
    @MethodSource("unusableKeys")
    void anUnusableKeyStopsTheStartAndIsNotShown(String key) {
        with(REST).withPropertyValues("ringback.apns.key=" + key).run(context -> {
            var trace = new StringWriter();
            Objects.requireNonNull(context.getStartupFailure()).printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).contains("ringback.apns.key ").doesNotContain("MIG", "secret");
            assertThat(stopOf(context).analysis().getAction()).contains("RINGBACK_APNS_KEY");
        });
    }

    static Stream<String> unusableKeys() throws Exception {
        var rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        return Stream.of(
                "/no/such/secret.p8",
                "secret \0 MIGT",
                "-----BEGIN PRIVATE KEY-----\nMIGTsecret!\n-----END PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMIGT\n-----END EC PRIVATE KEY-----",
                KEY.replace("-----BEGIN PRIVATE KEY-----", ""),
                Credentials.pem(rsa),
                Credentials.pem(Credentials.keyPair("secp384r1").getPrivate()));
    }

    @Test
    void anUnusableCertificateStopsTheStart() {
        with(working()).withPropertyValues("ringback.apns.trusted-certificate=-----BEGIN CERTIFICATE-----")
                .run(context -> assertThat(stopOf(context).analysis().getDescription())
                        .startsWith("ringback.apns.trusted-certificate "));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536})
    void aPortThatIsNoneStopsTheStart(int port) {
        with("ringback.apns.port=" + port)
                .run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(
                        Objects.requireNonNull(context.getStartupFailure())))
                        .hasMessageContaining("ringback.apns.port"));
    }

    private String[] working() {
        var settings = apns.settings();
        return Stream.concat(Stream.of(REST), Stream.of("ringback.apns.key=" + settings.key(),
                "ringback.apns.host=" + settings.host(), "ringback.apns.sandbox-host=" + settings.sandboxHost(),
                "ringback.apns.port=" + settings.port(),
                "ringback.apns.trusted-certificate=" + settings.trustedCertificate())).toArray(String[]::new);
    }

    private static ApplicationContextRunner with(String... settings) {
        return new ApplicationContextRunner().withUserConfiguration(Module.class).withPropertyValues(settings);
    }

    private static Notifier notifier(AssertableApplicationContext context) {
        return Objects.requireNonNull(context.getBean(Channel.class).notifier());
    }

    private static FailureAnalyzedException stopOf(AssertableApplicationContext context) {
        return (FailureAnalyzedException) NestedExceptionUtils
                .getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure()));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ApnsSettings.class)
    @Import(ApnsConfiguration.class)
    static class Module {
        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }
    }

    static class Memory implements EnvironmentMemory {
        private final List<Environment> seen = new ArrayList<>();

        @Override
        public void answersIn(PushToken token, Environment environment) {
            seen.add(environment);
        }
    }
}
