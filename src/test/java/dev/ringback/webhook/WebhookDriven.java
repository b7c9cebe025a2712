package dev.ringback.webhook;

import dev.ringback.notify.Channel;
import dev.ringback.support.IntegrationTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/// The whole service with its webhooks open, and the real channels in front of local push services.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@IntegrationTest
@Import(WebhookDriven.Parts.class)
@TestPropertySource(properties = {
        "ringback.webhook.dialstack.secrets=" + WebhookDriven.OLD_SECRET + "," + WebhookDriven.SECRET,
        "ringback.webhook.cometchat.username=" + WebhookDriven.USERNAME,
        "ringback.webhook.cometchat.password=" + WebhookDriven.PASSWORD,
        "ringback.webhook.cometchat.secret=" + WebhookDriven.SECRET})
public @interface WebhookDriven {
    String OLD_SECRET = "whsec-of-tests-the-old-one";
    String SECRET = "whsec-of-tests-the-new-one";
    String USERNAME = "cometchat";
    String PASSWORD = "pass:word-of-tests";

    /// What is not as in production.
    @TestConfiguration(proxyBeanMethods = false)
    class Parts {
        @Bean
        static LocalPushServices localPushServices() {
            return new LocalPushServices();
        }

        @Bean
        static BeanPostProcessor channelsInFrontOfThem(LocalPushServices services) {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof Channel channel ? services.inPlaceOf(channel) : bean;
                }
            };
        }

        @Bean
        Phones phones(JdbcClient jdbc, LocalPushServices services) {
            return new Phones(jdbc, services);
        }
    }
}
