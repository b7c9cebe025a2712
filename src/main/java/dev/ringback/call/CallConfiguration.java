package dev.ringback.call;

import dev.ringback.database.KeptKeys;
import dev.ringback.room.Installation;
import dev.ringback.telemetry.CallInHand;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

@Configuration(proxyBeanMethods = false)
@EnableScheduling
class CallConfiguration {

    /// Runs everything that is `@Scheduled`. A thread for each job, so that a slow one (a provider that hangs while rooms
    /// are deleted) never holds up the sweeper.
    @Bean
    ThreadPoolTaskScheduler taskScheduler() {
        var scheduler = new ThreadPoolTaskScheduler();
        scheduler.setPoolSize(21);
        scheduler.setThreadNamePrefix("scheduled-");
        scheduler.setTaskDecorator(job -> () -> {
            // the next job on this thread is about another call
            try (var _ = CallInHand.found()) {
                job.run();
            }
        });
        return scheduler;
    }

    @Bean
    Installation installation(KeptKeys keys, JdbcClient jdbc) {
        return new KeptInstallation(keys, jdbc).get();
    }
}
