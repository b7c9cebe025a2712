package dev.ringback.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    @Bean
    DatabaseClock databaseClock(DataSource database) {
        return new DatabaseClock(database);
    }

    @Bean
    DatabaseHealth databaseHealthIndicator(DataSource database) {
        return new DatabaseHealth(database);
    }

    @Bean
    static BeanPostProcessor fairConnections(ObjectProvider<Spans> spans) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String beanName) {
                return bean instanceof HikariDataSource pool
                        ? new FairConnections(pool, spans.getIfAvailable(() -> Spans.OFF))
                        : bean;
            }
        };
    }

    /// Who waits does so before HikariCP, whose own numbers know nothing of it.
    @Bean
    MeterBinder databaseWaiting(DataSource database) throws SQLException {
        var connections = database.unwrap(FairConnections.class);
        return metrics -> Gauge.builder("ringback.database.waiting", connections, FairConnections::waitingThreads)
                .description("who waits for a connection of the database's pool")
                .register(metrics);
    }

    /// For migrations, which may take as long as they need: the pool's connections give up soon. Where `spring.flyway.url`
    /// or `user` are set, as for the owner of the tables or past a connection pooler, they count.
    @Bean(defaultCandidate = false)
    @FlywayDataSource
    @ConditionalOnBooleanProperty(name = "spring.flyway.enabled", matchIfMissing = true)
    DataSource migrationDatabase(JdbcConnectionDetails database, FlywayProperties migrations) {
        var source = new DriverManagerDataSource(
                Objects.requireNonNullElse(migrations.getUrl(), database.getJdbcUrl()));
        var properties = new Properties();
        properties.setProperty("logServerErrorDetail", "false");
        source.setConnectionProperties(properties);
        boolean own = migrations.getUser() != null;
        source.setUsername(own ? migrations.getUser() : database.getUsername());
        source.setPassword(own ? migrations.getPassword() : database.getPassword());
        return source;
    }

    @Bean
    PatientMigration patientMigration() {
        return new PatientMigration();
    }
}
