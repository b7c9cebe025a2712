package dev.ringback.call;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
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
        scheduler.setPoolSize(8);
        scheduler.setThreadNamePrefix("scheduled-");
        return scheduler;
    }
}
