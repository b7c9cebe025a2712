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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// The service as a process of its own, which can be killed.
public final class ServiceProcess implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(40);

    private final Process process;
    private final int port;
    private final Path log;

    private ServiceProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /// Starts it in `folder`, users' tokens signed by [Tokens], nobody calling too often or
    /// being refused because the machine is slow.
    ///
    /// @param settings as `ringback.call.fail-fast=true`
    public static ServiceProcess launch(Path folder, String... settings) throws IOException {
        return launch(folder, freePort(), fromClassPath(), settings);
    }

    /// Starts the packaged jar, which the build names to the crash suite only.
    ///
    /// @param javaOptions as `-Xmx256m`
    public static ServiceProcess launchJar(Path folder, int port, List<String> javaOptions, String... settings)
            throws IOException {
        var program = new ArrayList<>(javaOptions);
        program.addAll(List.of("-jar", jar().toString()));
        return launch(folder, port, Map.of(), program, settings);
    }

    /// The jar as it is shipped.
    public static Path jar() {
        return Path.of(Objects.requireNonNull(System.getProperty("ringback.jar"), "ringback.jar is not set"));
    }

    private static List<String> fromClassPath() {
        return List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                "dev.ringback.RingbackApplication");
    }

    /// The same by what follows `java` on its command line.
    public static ServiceProcess launch(Path folder, int port, List<String> program, String... settings)
            throws IOException {
        return launch(folder, port, Map.of(), program, settings);
    }

    /// The same in another environment.
    public static ServiceProcess launch(Path folder, int port, Map<String, String> environment, List<String> program,
            String... settings) throws IOException {
        var log = Files.createTempFile(folder, "run", ".log");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(program);
        command.addAll(List.of("--server.port=" + port, "--ringback.auth.hs256-secret=" + Tokens.SECRET,
                "--ringback.rate-limit.enabled=false", "--ringback.admission.longest-wait=1m"));
        command.addAll(Arrays.stream(settings).map(setting -> "--" + setting).toList());
        var builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
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
        searchForSecrets();
    }

    /// Stops it where it is, as a long pause of its machine does: its sockets stay open, its clocks go on.
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /// Lets it go on after [#freeze()].
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    /// Asks it to stop, as an orchestrator does.
    public void terminate() {
        process.destroy();
    }

    /// Waits until it has ended by itself, or as it was asked to.
    public int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Those that the service made for itself are not known here, those with a form are.
    private void searchForSecrets() {
        try {
            SecretWatch.read("the process's log " + log.getFileName(), log());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Whether it answers that it is ready.
    public boolean isReady() {
        try {
            return Api.as(port, null).get("/actuator/health/readiness").status() == 200;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    /// Asks it to stop and waits; ends it when it does not, as when it is frozen.
    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, STOP.toSeconds(), TimeUnit.SECONDS).join();
        process.destroyForcibly();
        process.onExit().join();
        searchForSecrets();
    }

    private void signal(String name) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start();
        assertThat(kill.waitFor()).as("kill -" + name).isZero();
    }

    /// One that stays free while what listened there is dead: not of those that Linux gives to any client (32768 and
    /// above), which would keep it from coming back.
    public static int freePort() {
        return ThreadLocalRandom.current().ints(10_000, 32_768).filter(ServiceProcess::isFree).findFirst().getAsInt();
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
