package dev.ringback.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A script of `src/test/node` in a Node process of its own: the client library that people use, at the other end of a
/// channel. Each line that it prints is a JSON object, and so is each line that it is sent.
public final class NodePeer implements AutoCloseable {
    /// For `@EnabledIf`.
    public static final String IS_THERE_OR_MUST_BE = "dev.ringback.support.NodePeer#isThereOrMustBe";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path FOLDER = Path.of("src/test/node").toAbsolutePath();
    private static final Path INSTALLED = FOLDER.resolve("node_modules/.package-lock.json");
    private static final int WAIT_SECONDS = 30;

    private final Process process;
    private final BufferedWriter in;
    private final BlockingQueue<JsonNode> lines = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    private final List<JsonNode> skipped = new ArrayList<>();

    private NodePeer(Process process) {
        this.process = process;
        this.in = process.outputWriter();
        Thread.ofVirtual().start(() -> read(process.inputReader()));
    }

    /// On a developer's machine Node may be missing; a build that counts fails without it.
    public static boolean isThereOrMustBe() {
        return Files.isExecutable(Path.of("/usr/bin/node")) || Files.isExecutable(Path.of("/usr/local/bin/node"))
                || System.getenv("CI") != null;
    }

    /// Starts a script with these arguments.
    public static NodePeer start(String script, String... arguments) throws IOException, InterruptedException {
        install();
        var command = new ArrayList<>(List.of("node", FOLDER.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return new NodePeer(
                new ProcessBuilder(command).directory(FOLDER.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /// Sends a line.
    public void send(Object message) throws IOException {
        in.write(JSON.writeValueAsString(message));
        in.newLine();
        in.flush();
    }

    /// The next line whose member `event` is this, waiting for it; lines of other events stay for later.
    public JsonNode next(String event) throws InterruptedException {
        for (var i = skipped.iterator(); i.hasNext();) {
            var line = i.next();
            if (event.equals(line.path("event").asString())) {
                i.remove();
                return line;
            }
        }
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        var line = poll(until);
        while (line != null && !event.equals(line.path("event").asString())) {
            skipped.add(line);
            line = poll(until);
        }
        assertThat(line).as("the event %s; there were %s", event, skipped).isNotNull();
        return Objects.requireNonNull(line);
    }

    /// What was printed and not asked for so far.
    public List<JsonNode> others() {
        lines.drainTo(skipped);
        return List.copyOf(skipped);
    }

    @Override
    public void close() {
        closed = true;
        process.destroy();
        try {
            if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable JsonNode poll(long until) throws InterruptedException {
        return lines.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void read(BufferedReader out) {
        try (out) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(JSON.readTree(line));
            }
        } catch (IOException failure) {
            // a process that is destroyed takes its streams with it
            if (!closed) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /// The build runs its tests in two JVMs.
    private static void install() throws IOException, InterruptedException {
        var lock = FOLDER.resolve("package-lock.json");
        Files.createDirectories(Path.of("target"));
        try (var channel = FileChannel.open(Path.of("target/npm.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); var _ = channel.lock()) {
            if (Files.exists(INSTALLED)
                    && !Files.getLastModifiedTime(INSTALLED)
                            .toInstant()
                            .isBefore(Files.getLastModifiedTime(lock).toInstant())) {
                return;
            }
            var npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .start();
            var said = npm.inputReader().readAllAsString();
            assertThat(npm.waitFor()).as("npm ci: %s", said).isZero();
            Files.setLastModifiedTime(INSTALLED, Files.getLastModifiedTime(lock));
        }
    }
}
