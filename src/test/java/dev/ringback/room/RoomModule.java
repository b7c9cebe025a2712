package dev.ringback.room;

import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/// The room module as the application sees it, by itself.
@ComponentScan
@ConfigurationPropertiesScan
public class RoomModule {
    public static final Installation INSTALLATION = new Installation("0a1b2c3d4e5f");

    @Bean
    Installation installation() {
        return INSTALLATION;
    }

    @Bean
    Spans spans() {
        return Spans.OFF;
    }

    @Bean
    MeterRegistry metrics() {
        return new SimpleMeterRegistry();
    }

    public static ApplicationContextRunner with(String... settings) {
        return new ApplicationContextRunner().withUserConfiguration(RoomModule.class).withPropertyValues(settings);
    }
}
