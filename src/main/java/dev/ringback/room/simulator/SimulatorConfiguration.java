package dev.ringback.room.simulator;

import java.security.SecureRandom;
import okhttp3.Interceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@Conditional(NoEnableXAccount.class)
class SimulatorConfiguration {
    private static final Logger log = LoggerFactory.getLogger(SimulatorConfiguration.class);

    @Bean
    Simulator simulator(SimulatorSettings settings) {
        log.warn("ROOMS ARE SIMULATED: phones ring, but nobody can meet. "
                + "Set RINGBACK_ENABLEX_APP_ID and RINGBACK_ENABLEX_APP_KEY for real rooms.");
        return new Simulator(settings);
    }

    @Bean
    Interceptor simulatedEnableX(Simulator simulator) {
        var random = new SecureRandom();
        return new SimulatedEnableX(simulator, new SimulatedRooms(random), random);
    }
}
