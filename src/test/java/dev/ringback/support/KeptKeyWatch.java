package dev.ringback.support;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Makes the keys that the service made for itself known as secrets, whenever it has started.
public final class KeptKeyWatch implements ApplicationListener<ApplicationReadyEvent> {

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        event.getApplicationContext()
                .getBeanProvider(JdbcClient.class)
                .ifAvailable(jdbc -> jdbc.sql("select value from kept_key")
                        .query(String.class)
                        .list()
                        .forEach(
                                Secrets::used));
    }
}
