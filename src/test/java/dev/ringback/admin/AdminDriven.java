package dev.ringback.admin;

import dev.ringback.device.Platform;
import dev.ringback.notify.Channel;
import dev.ringback.notify.fcm.FakeFcm;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Secrets;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/// The service with an admin page that has a password, Android phones reached by a fake FCM, and limits.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@IntegrationTest
@Import(AdminDriven.Parts.class)
@TestPropertySource(properties = {"ringback.admin.password=" + AdminDriven.PASSWORD,
        "ringback.rate-limit.enabled=true", "ringback.rate-limit.anonymous-per-address=5",
        "ringback.rate-limit.initiates-per-user=1000", "ringback.http.trusted-proxies=127.0.0.1,::1"})
@interface AdminDriven {
    String PASSWORD = "the-password-of-the-admin-page";

    @TestConfiguration(proxyBeanMethods = false)
    class Parts {
        Parts() {
            Secrets.used(PASSWORD);
        }

        @Bean(destroyMethod = "close")
        FakeFcm fakeFcm() {
            return new FakeFcm();
        }

        @Bean
        Channel androids(FakeFcm fcm) {
            return new Channel("fcm", Set.of(Platform.ANDROID), 4, Duration.ofSeconds(10), fcm.notifier());
        }
    }
}
