package dev.ringback.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// PostgreSQL for a local run, started and stopped with the service. Its data stays in `./data/postgres`.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "io.zonky.test.db.postgres.embedded.EmbeddedPostgres")
@ConditionalOnNoDatabaseUrl
class EmbeddedDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final Path DATA = Path.of("data", "postgres");
    private static final String SUPERUSER = "postgres";
    /// Long enough to replay the log after a kill.
    private static final Duration STARTUP_WAIT = Duration.ofSeconds(60);
    private static final Duration STOP_WAIT = Duration.ofSeconds(20);

    @Bean(destroyMethod = "close")
    EmbeddedPostgres embeddedPostgres() {
        try {
            Files.createDirectories(DATA);
            refuseIfInUse();
            stopOrphan();
            var postgres = EmbeddedPostgres.builder()
                    .setDataDirectory(DATA.toAbsolutePath())
                    .setCleanDataDirectory(false)
                    // the context closes it, after the pool; a hook of its own would race with that
                    .setRegisterShutdownHook(false)
                    // the library's defaults trade the data for speed, which suits tests and not data that is kept
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    // its log is part of ours, and in an error's details it would quote rows, which hold push tokens
                    .setServerConfig("log_error_verbosity", "terse")
                    .setPGStartupWait(STARTUP_WAIT)
                    .start();
            LOG.info("Embedded PostgreSQL on port {}, data in {}", postgres.getPort(), DATA.toAbsolutePath());
            return postgres;
        } catch (IOException failure) {
            throw new UncheckedIOException("Embedded PostgreSQL did not start", failure);
        }
    }

    @Bean
    JdbcConnectionDetails embeddedDatabaseConnection(EmbeddedPostgres postgres) {
        return new JdbcConnectionDetails() {
            @Override
            public String getJdbcUrl() {
                return postgres.getJdbcUrl(SUPERUSER, SUPERUSER);
            }

            @Override
            public String getUsername() {
                return SUPERUSER;
            }

            @Override
            public String getPassword() {
                // it listens on loopback and trusts local users
                return "";
            }
        };
    }

    /// Two runs on one data directory would destroy it; the library's own lock tells.
    private static void refuseIfInUse() throws IOException {
        var lockFile = DATA.resolve("epg-lock");
        if (Files.notExists(lockFile)) {
            return;
        }
        try (var channel = FileChannel.open(lockFile, StandardOpenOption.WRITE); var lock = channel.tryLock()) {
            if (lock == null) {
                throw new FailureAnalyzedException(
                        "Another Ringback is running on the database in " + DATA.toAbsolutePath() + ".",
                        "Stop it, start this one in another folder, or set SPRING_DATASOURCE_URL.");
            }
        }
    }

    /// When the service is killed, its PostgreSQL lives on and holds the data directory.
    private static void stopOrphan() throws IOException {
        var pidFile = DATA.resolve("postmaster.pid");
        if (Files.notExists(pidFile)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        var orphan = ProcessHandle.of(pid).filter(EmbeddedDatabase::isPostgres);
        if (orphan.isEmpty()) {
            // left over from a machine that went down: another process may have this number now
            Files.delete(pidFile);
            return;
        }
        LOG.info("Stopping the PostgreSQL (pid {}) that a killed run has left behind", pid);
        orphan.get().destroy();
        try {
            orphan.get().onExit().orTimeout(STOP_WAIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException failure) {
            throw new IOException("The PostgreSQL with pid " + pid + " does not stop", failure);
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().map(command -> command.contains("postgres")).orElse(false);
    }
}
