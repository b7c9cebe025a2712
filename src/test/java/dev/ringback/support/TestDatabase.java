package dev.ringback.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// Gives every application context an empty database of its own on one PostgreSQL: in a container where Docker answers,
/// else the embedded one.
public final class TestDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test database", create()));
    }

    /// The settings of a new, empty database.
    public static Map<String, Object> create() {
        var server = Server.RUNNING;
        var name = "ringback_" + COUNT.incrementAndGet();
        try (var connection = DriverManager.getConnection(server.url("postgres"), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException("no test database", failure);
        }
        return Map.of("spring.datasource.url", server.url(name), "spring.datasource.username", server.user(),
                "spring.datasource.password", server.password());
    }

    /// The same as `name=value`, for [ServiceProcess].
    public static List<String> createAsSettings() {
        return create().entrySet().stream().map(setting -> setting.getKey() + "=" + setting.getValue()).toList();
    }

    private record Server(String host, int port, String user, String password) {
        static final Server RUNNING = DockerClientFactory.instance().isDockerAvailable() ? container() : embedded();

        String url(String database) {
            return "jdbc:postgresql://" + host + ":" + port + "/" + database;
        }

        private static Server container() {
            // stopped by Testcontainers when this JVM ends
            @SuppressWarnings("resource")
            var postgres = new PostgreSQLContainer("postgres:18-alpine").withCommand("postgres", "-c", "fsync=off",
                    "-c",
                    "max_connections=300");
            postgres.start();
            return new Server(postgres.getHost(), postgres.getFirstMappedPort(), postgres.getUsername(),
                    postgres.getPassword());
        }

        private static Server embedded() {
            try {
                // stopped by its own shutdown hook; its log can be part of the test's, and is to quote no rows
                @SuppressWarnings("resource")
                var postgres = EmbeddedPostgres.builder().setServerConfig("log_error_verbosity", "terse").start();
                return new Server("localhost", postgres.getPort(), "postgres", "");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
