import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/// A new PostgreSQL in the folder given, until standard input closes.
///
/// Prints three lines: its JDBC URL, its process id, and what it is. With the argument `statements` it counts statements.
public final class Postgres {
    private Postgres() {}

    public static void main(String... args) throws IOException, SQLException {
        var answers = System.out;
        // where the library's own log goes is not for us to say
        System.setOut(System.err);
        var data = Path.of(args[0]);
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                // whoever named the folder removes it, or starts from it again
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                // the library's defaults trade the data for speed; a service that is measured so would be faster than life
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on");
        if (args.length > 1 && args[1].equals("statements")) {
            builder.setServerConfig("shared_preload_libraries", "pg_stat_statements");
        }
        try (var postgres = builder.start()) {
            answers.println(postgres.getJdbcUrl("postgres", "postgres"));
            answers.println(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
            answers.println(description(postgres));
            while (System.in.read() >= 0) {
            }
        }
    }

    private static String description(EmbeddedPostgres postgres) throws SQLException {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var answer = statement.executeQuery("""
                        select 'PostgreSQL ' || current_setting('server_version')
                            || ' (fsync ' || current_setting('fsync')
                            || ', synchronous_commit ' || current_setting('synchronous_commit')
                            || ', shared_buffers ' || current_setting('shared_buffers') || ')'""")) {
            answer.next();
            return answer.getString(1);
        }
    }
}
