package load;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the machine allows at most: PostgreSQL with the rows of calls and no service, and the web server with no calls.
final class Limits {
    private static final List<Integer> CLIENTS = List.of(8, 16);
    private static final Pattern PER_SECOND = Pattern.compile("tps = ([0-9.]+)");
    private static final int REQUESTS_OF_A_CALL = 4;
    /// Files in `bench/pgbench`.
    private static final SortedMap<String, String> SCRIPTS = new TreeMap<>(Map.of("combined",
            "a call's rows in one statement a step", "rows", "a call's rows one statement each"));

    private final Options options;
    private final Report report;

    Limits(Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    /// @param ours full calls a second; NaN if they were not measured
    void measure(Stage stage, double ours) throws IOException, InterruptedException, SQLException {
        var pgbench = pgbench();
        if (pgbench.isEmpty()) {
            report.note(
                    "No pgbench: on Debian and Ubuntu it is in postgresql-contrib (apt-get install postgresql-contrib).");
        } else {
            againstDatabase(pgbench.get(), stage.server(Kind.RINGBACK), ours);
        }
        againstWebServer(stage, ours);
    }

    private void againstDatabase(Path pgbench, Stage.Server server, double ours)
            throws IOException, InterruptedException, SQLException {
        makeTables(server);
        for (var script : SCRIPTS.keySet()) {
            Compare.progress("pgbench: " + script);
            double best = 0;
            for (int clients : CLIENTS) {
                best = Math.max(best, run(pgbench, server, script, clients));
            }
            report.limit("pgbench, " + SCRIPTS.get(script), best, ours, "≥ 0.4");
        }
    }

    /// The service's own tables, in a database of their own.
    private static void makeTables(Stage.Server server) throws IOException, SQLException {
        try (var connection = DriverManager.getConnection(server.jdbcUrl());
                var statement = connection.createStatement()) {
            statement.execute("drop database if exists pgbench");
            statement.execute("create database pgbench");
        }
        try (var connection = DriverManager.getConnection(server.jdbcUrl("pgbench"));
                var statement = connection.createStatement();
                var files = Files.list(Path.of("src/main/resources/db/migration"))) {
            // V10 comes after V9
            for (var file : files.sorted(Comparator.comparingInt(Limits::version)).toList()) {
                statement.execute(Files.readString(file));
            }
        }
    }

    private static int version(Path migration) {
        return Integer.parseInt(migration.getFileName().toString().replaceAll("^V(\\d+)__.*", "$1"));
    }

    private double run(Path pgbench, Stage.Server server, String script, int clients)
            throws IOException, InterruptedException {
        var command = List.of(pgbench.toString(), "--no-vacuum", "--protocol=prepared", "--client=" + clients,
                "--jobs=2",
                "--time=" + options.duration().toSeconds(), "--file=bench/pgbench/" + script + ".sql",
                server.url("pgbench"));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var perSecond = PER_SECOND.matcher(said);
        if (process.waitFor() != 0 || !perSecond.find()) {
            throw new IOException("pgbench failed: " + said);
        }
        return Double.parseDouble(perSecond.group(1));
    }

    private static Optional<Path> pgbench() throws IOException {
        var folders = new ArrayList<>(Stream.of(System.getenv("PATH").split(":")).map(Path::of).toList());
        var debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (var versions = Files.list(debian)) {
                versions.map(version -> version.resolve("bin")).forEach(folders::add);
            }
        }
        return folders.stream().map(folder -> folder.resolve("pgbench")).filter(Files::isExecutable).findFirst();
    }

    private void againstWebServer(Stage stage, double ours) throws IOException, InterruptedException {
        Compare.progress("echo");
        try (var echo = Child.talking(stage.folder().resolve("echo.log"), Map.of(),
                List.of(Stage.java(), "-Xmx256m", "-cp", System.getProperty("java.class.path"),
                        "bench/echo/Echo.java"))) {
            var http = new Http(URI.create("http://127.0.0.1:" + echo.says(1).getFirst()));
            double requests = new Ceilings(options, report).requestsPerSecond(http, "/echo");
            report.limit("the web server alone, " + REQUESTS_OF_A_CALL + " requests to a call",
                    requests / REQUESTS_OF_A_CALL, ours, "");
        }
    }
}
