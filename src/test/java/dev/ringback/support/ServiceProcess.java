package dev.ringback.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The service as a process of its own, which can be killed.
public final class ServiceProcess implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofMinutes(2);

    private final Process process;
    private final int port;
    private final Path log;

    private ServiceProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /// Starts it in `folder`, users' tokens signed by [Tokens], calls ringing on also when nobody can be reached.
    ///
    /// @param settings as `ringback.call.fail-fast=true`
    public static ServiceProcess launch(Path folder, String... settings) throws IOException {
        return launch(folder, freePort(), settings);
    }

    /// The same at a port, as after a restart.
    public static ServiceProcess launch(Path folder, int port, String... settings) throws IOException {
        var log = Files.createTempFile(folder, "run", ".log");
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "dev.ringback.RingbackApplication", "--server.port=" + port,
                "--ringback.auth.hs256-secret=" + Tokens.SECRET));
        command.addAll(Arrays.stream(settings).map(setting -> "--" + setting).toList());
        var process = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new ServiceProcess(process, port, log);
    }

    public ServiceProcess awaitReady() {
        await().atMost(STARTUP).until(() -> {
            assertThat(process.isAlive()).as(log()).isTrue();
            return isReady();
        });
        return this;
    }

    public int port() {
        return port;
    }

    /// What it has printed so far.
    public String log() throws IOException {
        return Files.readString(log);
    }

    /// Ends it at once, whatever it is doing.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Waits until it has ended by itself.
    public int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    private boolean isReady() {
        try {
            return Api.as(port, null).get("/actuator/health/readiness").status() == 200;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
