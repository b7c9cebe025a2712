package dev.ringback.database;

import dev.ringback.support.FaultProxy;
import dev.ringback.support.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL for one service, on a small disk and behind a network that can fail.
final class TroubledDatabase implements AutoCloseable {
    /// Room for the schema and some calls.
    private static final String DISK = "24m";
    private static final String NAME = "ringback";

    private final PostgresServer server;
    private final FaultProxy network;
    private final @Nullable Path disk;
    private @Nullable Connection holder;

    private TroubledDatabase(PostgresServer server, @Nullable Path disk) throws SQLException {
        this.server = server;
        this.disk = disk;
        this.network = new FaultProxy(server.port());
        try (var connection = server.connect(); var statement = connection.createStatement()) {
            if (disk != null) {
                statement.execute("create tablespace small location '" + disk + "'");
            }
            statement.execute("create database " + NAME + (disk == null ? "" : " tablespace small"));
        }
    }

    static TroubledDatabase start(Path folder) throws IOException, SQLException {
        var disk = Files.createDirectory(folder.resolve("disk"));
        var mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "tmpfs", disk.toString());
        return new TroubledDatabase(PostgresServer.start(folder.resolve("postgres")), mounted ? disk : null);
    }

    FaultProxy network() {
        return network;
    }

    /// As the service reaches it.
    String url() {
        return url(network.port());
    }

    void stop() throws IOException {
        server.stop();
    }

    void start() throws IOException {
        server.start();
    }

    /// For a database whose disk cannot be had: only root may mount one.
    boolean hasDiskOfItsOwn() {
        return disk != null;
    }

    void fillDisk() throws IOException {
        var ballast = new byte[64 * 1024];
        try (var file = Files.newOutputStream(ballastFile())) {
            while (true) {
                file.write(ballast);
            }
        } catch (IOException _) {
            // full
        }
    }

    void clearDisk() throws IOException {
        Files.deleteIfExists(ballastFile());
    }

    /// Runs SQL as the operator, past the network that fails.
    void sql(String sql) throws SQLException {
        try (var connection = connect(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long count(String query) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /// Another session begins a transaction with this and leaves it open.
    void hold(String sql) throws SQLException {
        holder = connect();
        holder.setAutoCommit(false);
        try (var statement = holder.createStatement()) {
            statement.execute(sql);
        }
    }

    void release() throws SQLException {
        if (holder != null) {
            holder.close();
        }
    }

    @Override
    public void close() throws IOException, SQLException {
        release();
        network.close();
        server.close();
        if (disk != null) {
            run("umount", disk.toString());
        }
    }

    private Path ballastFile() {
        if (disk == null) {
            throw new IllegalStateException("no disk");
        }
        return disk.resolve("ballast");
    }

    private Connection connect() throws SQLException {
        // also while everybody else may only read
        return DriverManager.getConnection(url(server.port()) + "?options=-cdefault_transaction_read_only=off",
                "postgres", "");
    }

    private static String url(int port) {
        return "jdbc:postgresql://localhost:" + port + "/" + NAME;
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().onExit().join().exitValue() == 0;
        } catch (IOException _) {
            return false;
        }
    }
}
