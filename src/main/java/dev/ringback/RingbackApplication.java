package dev.ringback;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Starts Ringback.
@SpringBootApplication
@ConfigurationPropertiesScan
public class RingbackApplication {
    public static void main(String[] args) {
        SpringApplication.run(RingbackApplication.class, args);
    }
}
