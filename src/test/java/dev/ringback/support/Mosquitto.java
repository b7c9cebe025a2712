package dev.ringback.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/// An MQTT broker as operators run it, with the access list that we ship, accounts, and listeners for TLS and WebSockets.
///
/// What it keeps for clients that are away survives a restart.
public final class Mosquitto implements AutoCloseable {
    /// For `@EnabledIf`.
    public static final String IS_THERE_OR_MUST_BE = "dev.ringback.support.Mosquitto#isThereOrMustBe";
    /// The password of every account.
    public static final String PASSWORD = "mosquitto-password-of-tests";

    private static final Path PROGRAM = Path.of("/usr/sbin/mosquitto");
    private static final Path ACCESS_LIST = Path.of("docs/channels/mosquitto.acl").toAbsolutePath();
    private static final int STOP_SECONDS = 10;

    private final Path folder;
    private final int port = ServiceProcess.freePort();
    private final int tlsPort = ServiceProcess.freePort();
    private final int webSocketPort = ServiceProcess.freePort();
    private @Nullable Process process;

    static {
        Secrets.used(PASSWORD);
    }

    /// With accounts for these users and for `ringback`.
    public Mosquitto(Collection<String> users) {
        try {
            folder = Files.createTempDirectory("mosquitto");
            var accounts = folder.resolve("accounts");
            Files.write(accounts, Stream.concat(Stream.of("ringback"), users.stream())
                    .map(name -> name + ":" + PASSWORD)
                    .toList());
            ran("mosquitto_passwd", "-U", accounts.toString());
            writeCertificate();
            Files.writeString(folder.resolve("mosquitto.conf"),
                    """
                            listener %d 127.0.0.1
                            listener %d 127.0.0.1
                            protocol websockets
                            listener %d 127.0.0.1
                            certfile %s
                            keyfile %s
                            allow_anonymous false
                            password_file %s
                            acl_file %s
                            persistence true
                            persistence_location %s/
                            user root
                            """.formatted(port, webSocketPort, tlsPort, certificate(), folder.resolve("key.pem"),
                            accounts, ACCESS_LIST,
                            folder));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        start();
    }

    /// On a developer's machine the broker may be missing; a build that counts fails without it.
    public static boolean isThereOrMustBe() {
        return (Files.isExecutable(PROGRAM) && NodePeer.isThereOrMustBe()) || System.getenv("CI") != null;
    }

    public int port() {
        return port;
    }

    public int tlsPort() {
        return tlsPort;
    }

    public int webSocketPort() {
        return webSocketPort;
    }

    /// The broker's certificate, for `localhost`.
    public Path certificate() {
        return folder.resolve("certificate.pem");
    }

    public String url() {
        return "mqtt://localhost:" + port;
    }

    /// The settings of a service that uses this broker.
    public Map<String, Object> settings() {
        return Map.of("ringback.mqtt.url", url(), "ringback.mqtt.username", "ringback", "ringback.mqtt.password",
                PASSWORD);
    }

    /// A user's device, connected and subscribed to what is the user's own.
    public NodePeer device(String user, String version, String clientId) throws IOException, InterruptedException {
        var device = NodePeer.start("mqtt.js", url(), user, PASSWORD, version, clientId);
        assertThat(device.next("ready").path("error").isMissingNode()).isTrue();
        return device;
    }

    /// Starts it, unless it runs.
    public void start() {
        if (process != null) {
            return;
        }
        try {
            process = new ProcessBuilder(PROGRAM.toString(), "-c", folder.resolve("mosquitto.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        await().atMost(Duration.ofSeconds(STOP_SECONDS)).ignoreExceptions().untilAsserted(() -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
            }
        });
    }

    /// Stops it; it writes down what it keeps.
    public void stop() {
        var running = process;
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException _) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    @Override
    public void close() {
        stop();
    }

    private void writeCertificate() throws IOException {
        var held = new HeldCertificate.Builder().commonName("localhost")
                .addSubjectAlternativeName("localhost")
                .duration(1, TimeUnit.DAYS)
                .build();
        Files.writeString(certificate(), held.certificatePem());
        Files.writeString(folder.resolve("key.pem"), held.privateKeyPkcs8Pem());
    }

    private static void ran(String... command) throws IOException {
        var program = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = program.inputReader().readAllAsString();
        try {
            assertThat(program.waitFor()).as(said).isZero();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
