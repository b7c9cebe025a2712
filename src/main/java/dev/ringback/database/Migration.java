package dev.ringback.database;

import java.util.List;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Import;

/// Migrates the database and ends: what comes before the new nodes, where these are not allowed to do it themselves.
@ImportAutoConfiguration({DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
@Import({DatabaseConfiguration.class, MissingDatabase.class})
public final class Migration {
    private static final String COMMAND = "migrate";

    private Migration() {}

    /// Whether these arguments of the command line ask for it, and not for the service.
    public static boolean isAskedFor(String... args) {
        return List.of(args).contains(COMMAND);
    }

    /// Returns when the database has what this version needs.
    ///
    /// @param args settings, as the service takes them
    public static void run(String... args) {
        new SpringApplicationBuilder(Migration.class).web(WebApplicationType.NONE).run(args).close();
    }
}
