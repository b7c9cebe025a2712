package load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What all that is compared has in common: the machine, EnableX's stand-in, and a PostgreSQL for each side, so that neither
/// is charged for the other's statements.
final class Stage implements AutoCloseable {
    static final String ENABLEX_PATH = "/video/v2";

    private final Map<String, String> options;
    private final Path folder;
    private final Path databases;
    private final String secret = secret();
    private final Child enableX;
    private final int enableXPort;
    private final Server forRingback;
    private final Server forNode;

    private Stage(Map<String, String> options) throws IOException {
        this.options = options;
        this.folder = Path.of(options.get("folder"));
        this.databases = Path.of(options.getOrDefault("databases", options.get("folder")));
        enableX = Child.talking(folder.resolve("enablex.log"), Map.of(), List.of(java(), "-XX:+UseSerialGC", "-Xmx128m",
                "bench/load/EnableX.java", options.getOrDefault("room-latency", "0")));
        forRingback = server("ringback");
        forNode = server("node");
        enableXPort = Integer.parseInt(enableX.says(1).getFirst());
    }

    /// A PostgreSQL.
    ///
    /// @param pid of the server process, which has one for each connection below it
    record Server(Child child, String jdbcUrl, long pid, String about) {
        String jdbcUrl(String database) {
            return jdbcUrl.replace("/postgres?", "/" + database + "?");
        }

        /// As everything but Java names it.
        String url(String database) {
            return jdbcUrl(database).substring("jdbc:".length());
        }
    }

    static Stage open(Map<String, String> options) throws IOException {
        return new Stage(options);
    }

    /// Starts it, and returns at once.
    Contestant start(Kind kind) throws IOException {
        return start(kind, "postgres");
    }

    Contestant start(Kind kind, String database) throws IOException {
        int port = Contestant.freePort();
        long at = System.nanoTime();
        var child = Child.server(Files.createTempFile(folder, kind.name() + "-", ".log"),
                environment(kind, database, port), command(kind));
        return new Contestant(kind, child, port, new Tokens(secret), watched(kind, child.pid()), at);
    }

    /// Users who are there and do nothing, when all of them are.
    Child idle(Contestant contestant, int users) throws IOException {
        var idle = Child.talking(folder.resolve("idle.log"), Map.of("SECRET", secret),
                List.of(java(), "-XX:+UseSerialGC", "-Xmx1g", "bench/load/Idle.java", contestant.url().toString(),
                        contestant.kind().name(), String.valueOf(users)));
        idle.says(1);
        return idle;
    }

    Server server(Kind kind) {
        return kind == Kind.RINGBACK ? forRingback : forNode;
    }

    String enableXUrl() {
        return "http://127.0.0.1:" + enableXPort + ENABLEX_PATH;
    }

    Path folder() {
        return folder;
    }

    String about() {
        return forRingback.about;
    }

    static String java() {
        return ProcessHandle.current().info().command().orElseThrow();
    }

    private Server server(String name) throws IOException {
        var child = Child.talking(folder.resolve("postgres-" + name + ".log"), Map.of(),
                List.of(java(), "-Xmx256m", "-cp", System.getProperty("java.class.path"),
                        "bench/postgres/Postgres.java", databases.resolve(name).toString()));
        var said = child.says(3);
        return new Server(child, said.get(0), Long.parseLong(said.get(1)), said.get(2));
    }

    private Usage.Watched watched(Kind kind, long pid) {
        var postgres = kind == Kind.NODE_MEMORY ? Optional.<Long>empty() : Optional.of(server(kind).pid);
        return new Usage.Watched(Optional.of(pid), postgres, Optional.of(enableX.pid()));
    }

    private List<String> command(Kind kind) {
        if (kind != Kind.RINGBACK) {
            var node = options.get("node-reference");
            return List.of("node", "--expose-gc", "--require", "./" + node + "/probe.cjs", node + "/server.js");
        }
        var command = new ArrayList<>(List.of(java()));
        command.addAll(List.of(options.getOrDefault("java-options", "-Xms1g -Xmx1g").split(" ")));
        command.addAll(List.of("-jar", options.get("jar")));
        return command;
    }

    private Map<String, String> environment(Kind kind, String database, int port) {
        return switch (kind) {
            case RINGBACK -> Map.of("SPRING_DATASOURCE_URL", forRingback.jdbcUrl(database),
                    "RINGBACK_AUTH_HS256_SECRET", secret,
                    // they would stop a generator with few users, and cost the same when they let pass
                    "RINGBACK_RATE_LIMIT_ENABLED", "false", "RINGBACK_ADMISSION_LONGEST_WAIT", "1m",
                    "RINGBACK_ENABLEX_BASE_URL", enableXUrl(), "RINGBACK_ENABLEX_APP_ID", "bench",
                    "RINGBACK_ENABLEX_APP_KEY", "bench-key",
                    "SERVER_ADDRESS", "127.0.0.1", "SERVER_PORT", String.valueOf(port));
            case NODE_MEMORY -> node(port, "");
            case NODE_POSTGRES -> node(port, forNode.url(database));
        };
    }

    private Map<String, String> node(int port, String database) {
        return Map.of("NODE_ENV", "production", "JWT_SECRET", secret, "PORT", String.valueOf(port),
                "DATABASE_URL", database, "ENABLEX_URL", enableXUrl(), "ENABLEX_APP_ID", "bench", "ENABLEX_APP_KEY",
                "bench-key");
    }

    private static String secret() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() throws IOException {
        enableX.close();
        forRingback.child.close();
        forNode.child.close();
    }
}
