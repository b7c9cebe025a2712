package dev.ringback.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL of its own that can be killed and started again, on the same port and data. What it has committed is on
/// the disk, as in production and other than in [TestDatabase].
public final class PostgresServer implements AutoCloseable {
    private static final String USER = "postgres";
    private static final Duration STARTUP = Duration.ofMinutes(1);

    private final Path data;
    private final int port;
    private @Nullable EmbeddedPostgres running;

    private PostgresServer(Path data, int port) {
        this.data = data;
        this.port = port;
    }

    /// Starts one with its data in the folder, which is made if need be.
    public static PostgresServer start(Path data) throws IOException {
        Files.createDirectories(data);
        var server = new PostgresServer(data, ServiceProcess.freePort());
        server.start();
        return server;
    }

    /// Starts it again after [#kill()] or [#stop()].
    public void start() throws IOException {
        running = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("log_error_verbosity", "terse")
                .setPGStartupWait(STARTUP)
                .start();
    }

    /// Ends the server and all its processes at once, whatever they are doing.
    public void kill() throws IOException, InterruptedException {
        var postmaster = ProcessHandle.of(pid()).orElseThrow();
        // stopped first, so that it makes no process that is not in the list
        signal("STOP", List.of(postmaster));
        var all = Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        signal("KILL", all);
        CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new)).join();
        release();
    }

    /// Stops it in order: clients are thrown out, nothing is lost.
    public void stop() throws IOException {
        release();
    }

    /// The settings with which the service uses it, as `name=value`.
    public List<String> settings() {
        return List.of("spring.datasource.url=" + url(), "spring.datasource.username=" + USER,
                "spring.datasource.password=");
    }

    public int port() {
        return port;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), USER, "");
    }

    @Override
    public void close() throws IOException {
        release();
    }

    private String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres";
    }

    private void release() throws IOException {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
    }

    private static void signal(String name, List<ProcessHandle> processes) throws IOException, InterruptedException {
        var command = Stream
                .concat(Stream.of("kill", "-" + name), processes.stream().map(process -> "" + process.pid()))
                .toList();
        // one that has just ended by itself is no failure
        new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }
}
