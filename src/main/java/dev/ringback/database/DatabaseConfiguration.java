package dev.ringback.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
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

    /// For migrations, which may take as long as they need: the pool's connections give up soon.
    @Bean(defaultCandidate = false)
    @FlywayDataSource
    DataSource migrationDatabase(JdbcConnectionDetails database) {
        var source = new DriverManagerDataSource(database.getJdbcUrl());
        var properties = new Properties();
        properties.setProperty("logServerErrorDetail", "false");
        source.setConnectionProperties(properties);
        source.setUsername(database.getUsername());
        source.setPassword(database.getPassword());
        return source;
    }
}
