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
    Simulator simulator(SimulatorSettings settings, SimulatedRooms rooms) {
        log.warn("ROOMS ARE SIMULATED: phones ring, but nobody can meet. "
                + "Set RINGBACK_ENABLEX_APP_ID and RINGBACK_ENABLEX_APP_KEY for real rooms.");
        return new Simulator(settings, rooms);
    }

    @Bean
    SimulatedRooms simulatedRooms() {
        return new SimulatedRooms(new SecureRandom());
    }

    @Bean
    Interceptor simulatedEnableX(Simulator simulator, SimulatedRooms rooms) {
        return new SimulatedEnableX(simulator, rooms, new SecureRandom());
    }
}
