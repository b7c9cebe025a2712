package dev.ringback.gateway.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.notify.Broker;
import dev.ringback.notify.Broker.Audience;
import dev.ringback.notify.Publisher;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.core.NestedExceptionUtils;

@ExtendWith(OutputCaptureExtension.class)
class FirestoreConfigurationTests {
    private static final String KEY = key();

    @Test
    void withoutCredentialsTheMirrorIsOff() {
        with("ringback.firestore.collection=calls").run(context -> {
            var broker = context.getBean(Broker.class);
            assertThat(broker.name()).isEqualTo("firestore");
            assertThat(broker.publisher()).isNull();
            assertThat(context).doesNotHaveBean(ClientWrites.class);
        });
    }

    @Test
    void withCredentialsItIsOnAndTheStartAsksNobody() {
        with(credentials(account(KEY)), "ringback.firestore.host=192.0.2.1", "ringback.firestore.listen=true")
                .run(context -> {
                    var broker = context.getBean(Broker.class);
                    assertThat(broker.publisher()).isNotNull();
                    assertThat(broker.audience()).isEqualTo(Audience.CALL);
                    assertThat(broker.withActionTokens()).isFalse();
                    assertThat(context.getBean(ClientWrites.class).isRunning()).isTrue();
                    assertThat(context.getBean(Database.class).projectId()).isEqualTo("of-the-key");
                });
    }

    @Test
    void credentialsMayBeAFileAndTheProjectAnother(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("key.json"), account(KEY));
        with("ringback.firestore.credentials=" + file, "ringback.firestore.project-id=mine",
                "ringback.firestore.database-id=second").run(context -> {
                    assertThat(context.getBean(Database.class).projectId()).isEqualTo("mine");
                    assertThat(context.getBean(Database.class).databaseId()).isEqualTo("second");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ringback.firestore.project-id=mine", "ringback.firestore.host=example.org",
            "ringback.firestore.listen=true"})
    void whatIsHalfConfiguredStopsTheStart(String setting) {
        assertFails(with(setting), "ringback.firestore is half configured: credentials are missing.");
    }

    @ParameterizedTest
    @CsvSource({"ringback.firestore.host=localhost:1", "ringback.firestore.project-id=mine"})
    void anEmulatorNeedsItsPlaceAndAProject(String setting) {
        assertFails(with("ringback.firestore.emulator=true", setting),
                "ringback.firestore.emulator needs host and project-id.");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "apps/mine", "/calls"})
    void theCollectionIsOne(String path) {
        assertFails(with(credentials(account(KEY)), "ringback.firestore.collection=" + path),
                "ringback.firestore.collection is not the path of a collection.");
    }

    @Test
    void wrongCredentialsAreNotQuoted() {
        assertFails(with(credentials(account("nonsense-that-is-secret"))),
                "ringback.firestore.credentials are not the JSON of a service account key.");
        assertFails(with("ringback.firestore.credentials=nonsense-that-is-secret"),
                "ringback.firestore.credentials are neither JSON nor the path of a file that can be read.");
    }

    @Test
    void whatCannotBeReachedIsSaid() {
        with(credentials(account(KEY)), "ringback.firestore.host=127.0.0.1:1").run(context -> {
            var check = publisher(context.getBean(Broker.class)).check();
            assertThat(check.ok()).isFalse();
            assertThat(check.message()).contains("cannot be reached");
        });
    }

    @Test
    void nothingIsSaidInTheOpen() {
        try (var plain = new FakeFirestore()) {
            with(credentials(account(KEY)), "ringback.firestore.host=127.0.0.1:" + plain.port()).run(context -> {
                assertThat(publisher(context.getBean(Broker.class)).check().ok()).isFalse();
                assertThat(plain.authorizations()).isEmpty();
            });
        }
    }

    /// As with Google: TLS by the machine's own list of authorities, and a token that the key signs for Firestore.
    @Test
    void itProvesWhoItIsAndTheLogDoesNotShowHow(@TempDir Path directory, CapturedOutput output) throws Exception {
        var certificate = new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").rsa2048().build();
        var before = System.getProperty("javax.net.ssl.trustStore");
        System.setProperty("javax.net.ssl.trustStore", trusting(certificate, directory).toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        var logging = LoggingSystem.get(getClass().getClassLoader());
        logging.setLogLevel("ROOT", LogLevel.TRACE);
        logging.setLogLevel("io.grpc", LogLevel.INFO);
        logging.setLogLevel("com.google.api.gax", LogLevel.INFO);
        try (var google = new FakeFirestore(certificate)) {
            with(credentials(account(KEY)), "ringback.firestore.host=127.0.0.1:" + google.port()).run(context -> {
                var check = publisher(context.getBean(Broker.class)).check();
                assertThat(check.message()).contains("database (default) of project of-the-key");
                assertThat(check.ok()).isTrue();
                var authorization = google.authorizations().iterator().next();
                var claims = new String(Base64.getUrlDecoder().decode(authorization.split("\\.", -1)[1]),
                        StandardCharsets.UTF_8);
                assertThat(claims).contains("https://www.googleapis.com/auth/datastore", "ringback@example.org");
                assertThat(output.getAll()).doesNotContain(authorization.substring("Bearer ".length()),
                        KEY.substring(100, 150));
            });
        } finally {
            logging.setLogLevel("ROOT", LogLevel.INFO);
            System.clearProperty("javax.net.ssl.trustStorePassword");
            if (before == null) {
                System.clearProperty("javax.net.ssl.trustStore");
            } else {
                System.setProperty("javax.net.ssl.trustStore", before);
            }
        }
    }

    @Test
    void theSettingsKeepTheKeyToThemselves() {
        var settings = new FirestoreSettings(account(KEY), "p", "(default)", "", false, "calls", false,
                Duration.ofHours(24));
        assertThat(settings.toString()).contains("credentials=***").doesNotContain("PRIVATE KEY");
    }

    private static Path trusting(HeldCertificate certificate, Path directory) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("test", certificate.certificate());
        var file = directory.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        return file;
    }

    private static Publisher publisher(Broker broker) {
        return Objects.requireNonNull(broker.publisher());
    }

    private static void assertFails(ApplicationContextRunner runner, String description) {
        runner.run(context -> {
            assertThat(context).hasFailed();
            var root = NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure()));
            assertThat(root).isInstanceOf(FailureAnalyzedException.class);
            assertThat(((FailureAnalyzedException) root).analysis().getDescription()).isEqualTo(description);
            assertThat(String.valueOf(context.getStartupFailure())).doesNotContain("nonsense-that-is-secret");
        });
    }

    private static ApplicationContextRunner with(String... settings) {
        return new ApplicationContextRunner().withUserConfiguration(Parts.class, FirestoreConfiguration.class)
                .withPropertyValues(settings);
    }

    private static String credentials(String json) {
        return "ringback.firestore.credentials=" + json;
    }

    private static String account(String key) {
        return """
                {"type":"service_account","project_id":"of-the-key","private_key_id":"1","private_key":"%s","client_email":"ringback@example.org","client_id":"1","token_uri":"https://127.0.0.1:1/token"}"""
                .formatted(key);
    }

    /// As PEM, in a JSON text.
    private static String key() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var encoded = Base64.getEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
            return "-----BEGIN PRIVATE KEY-----\\n" + encoded + "\\n-----END PRIVATE KEY-----\\n";
        } catch (java.security.GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @EnableConfigurationProperties(FirestoreSettings.class)
    static class Parts {
        @Bean
        MeterRegistry metrics() {
            return new SimpleMeterRegistry();
        }
    }
}
