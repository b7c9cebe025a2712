package dev.ringback;

import dev.ringback.database.Migration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Starts Ringback; with the argument `migrate` it brings the database up to date only.
@SpringBootApplication
@ConfigurationPropertiesScan
public class RingbackApplication {
    public static void main(String[] args) {
        if (Migration.isAskedFor(args)) {
            Migration.run(args);
        } else {
            SpringApplication.run(RingbackApplication.class, args);
        }
    }
}
