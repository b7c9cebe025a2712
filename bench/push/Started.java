package push;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// PostgreSQL and the service, each a process of its own, which end with this one.
final class Started implements AutoCloseable {
    static final int PORT = 18081;
    private static final int END_WITHIN_SECONDS = 20;

    private final Process postgres;
    private final Process service;
    private final String jdbcUrl;
    private final String about;

    private Started(Process postgres, Process service, String jdbcUrl, String about) {
        this.postgres = postgres;
        this.service = service;
        this.jdbcUrl = jdbcUrl;
        this.about = about;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    static Started start(Path folder, String jar, String secret, Operator operator, Map<String, String> channels)
            throws IOException {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var postgres = new ProcessBuilder(java, "-Xmx256m", "-cp", System.getProperty("java.class.path"),
                "bench/postgres/Postgres.java", folder.resolve("data").toString(), "statements")
                .redirectError(folder.resolve("postgres.log").toFile())
                .start();
        var answers = new BufferedReader(postgres.inputReader(StandardCharsets.UTF_8));
        var jdbcUrl = answers.readLine();
        answers.readLine();
        var about = answers.readLine();
        if (about == null) {
            throw new IOException("PostgreSQL did not start");
        }
        var command = List.of(java, "-Xmx1g", operator.trustStore(), operator.trustStorePassword(), "-jar", jar);
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("service.log").toFile());
        builder.environment().putAll(channels);
        builder.environment()
                .putAll(Map.of("SPRING_DATASOURCE_URL", jdbcUrl, "RINGBACK_AUTH_HS256_SECRET", secret,
                        "RINGBACK_RATE_LIMIT_ENABLED", "false", "SERVER_ADDRESS", "127.0.0.1", "SERVER_PORT",
                        String.valueOf(PORT)));
        return new Started(postgres, builder.start(), jdbcUrl, about);
    }

    String jdbcUrl() {
        return jdbcUrl;
    }

    String about() {
        return about;
    }

    boolean lives() {
        return service.isAlive();
    }

    /// The service first: it needs the database to end well.
    @Override
    public void close() {
        try {
            service.destroy();
            if (!service.waitFor(END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                service.destroyForcibly();
            }
            postgres.getOutputStream().close();
            if (!postgres.waitFor(END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                postgres.destroy();
            }
        } catch (IOException | InterruptedException failure) {
            service.destroyForcibly();
            postgres.destroy();
        }
    }
}
