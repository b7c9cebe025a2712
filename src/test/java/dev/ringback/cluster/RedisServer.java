package dev.ringback.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.ServiceProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The system's Redis in a process of its own, with nothing on disk, which can be stopped and started again.
final class RedisServer implements AutoCloseable {
    /// For `@EnabledIf`.
    static final String IS_THERE_OR_MUST_BE = "dev.ringback.cluster.RedisServer#isThereOrMustBe";

    private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
    private static final Duration STARTUP = Duration.ofSeconds(20);
    private static final int ANSWER_WITHIN_MS = 1000;

    private final int port;
    private final List<String> settings;
    private @Nullable Process process;

    private RedisServer(int port, List<String> settings) {
        this.port = port;
        this.settings = settings;
    }

    /// On a developer's machine it may be missing; a build that counts fails without it.
    static boolean isThereOrMustBe() {
        return Files.isExecutable(PROGRAM) || System.getenv("CI") != null;
    }

    static RedisServer started(String... settings) throws IOException, InterruptedException {
        var server = new RedisServer(ServiceProcess.freePort(), List.of(settings));
        server.start();
        return server;
    }

    /// A sentinel, which keeps what it finds out in the file of its settings.
    static RedisServer sentinel(Path settings) throws IOException, InterruptedException {
        var server = new RedisServer(ServiceProcess.freePort(), List.of());
        server.start(List.of(PROGRAM.toString(), settings.toString(), "--sentinel", "--port",
                Integer.toString(server.port)));
        return server;
    }

    int port() {
        return port;
    }

    void start() throws IOException {
        var command = new ArrayList<>(List.of(PROGRAM.toString(), "--port", Integer.toString(port), "--bind",
                "127.0.0.1", "--save", "", "--appendonly", "no"));
        command.addAll(settings);
        start(command);
    }

    private void start(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(STARTUP).until(this::answers);
    }

    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            assertThat(process.waitFor(STARTUP.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /// A server that cannot have all its ports listens for a moment, too.
    private boolean answers() {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(ANSWER_WITHIN_MS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException _) {
            return false;
        }
    }
}
