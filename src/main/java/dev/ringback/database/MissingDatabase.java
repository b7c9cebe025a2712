package dev.ringback.database;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The packaged jar has no database of its own.
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingClass("io.zonky.test.db.postgres.embedded.EmbeddedPostgres")
@ConditionalOnNoDatabaseUrl
class MissingDatabase {

    @Bean
    JdbcConnectionDetails noDatabase() {
        throw new FailureAnalyzedException("No database is set.",
                "Set SPRING_DATASOURCE_URL (jdbc:postgresql://host:5432/ringback), SPRING_DATASOURCE_USERNAME and"
                        + " SPRING_DATASOURCE_PASSWORD.");
    }
}
