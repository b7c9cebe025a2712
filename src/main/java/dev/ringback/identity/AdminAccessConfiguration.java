package dev.ringback.identity;

import dev.ringback.database.KeptKeys;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Who may look at the admin page.
@Configuration(proxyBeanMethods = false)
class AdminAccessConfiguration {
    private static final int KEY_BYTES = 32;

    @Bean
    AdminTokens adminTokens(AdminSettings settings, KeptKeys keys, Clock clock) {
        settings.mustBeUsable();
        // without a password nobody is given a token, and so there is no key to keep
        var key = settings.hasPassword() ? keys.get("admin-token", AdminAccessConfiguration::random) : random();
        return new AdminTokens(Base64.getDecoder().decode(key), settings.password(), clock);
    }

    @Bean
    AdminSignIn adminSignIn(AdminSettings settings, AdminTokens tokens, RateLimits limits, Clock clock) {
        return new AdminSignIn(settings, tokens, limits, clock);
    }

    private static String random() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
