package dev.ringback.notify.webpush;

import dev.ringback.database.KeptKeys;
import dev.ringback.device.EndpointRules;
import dev.ringback.device.Platform;
import dev.ringback.notify.Channel;
import dev.ringback.notify.Notifier;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WebPushConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(WebPushConfiguration.class);
    private static final int CONCURRENCY = 100;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String NO_SUBJECT = "Apple's devices are not reached until ringback.web-push.subject is set";

    @Bean
    VapidKeys vapidKeys(WebPushSettings settings, KeptKeys kept) {
        var hasPublic = !settings.publicKey().isBlank();
        var hasPrivate = !settings.privateKey().isBlank();
        if (hasPublic != hasPrivate) {
            throw halfConfigured(hasPublic ? "private-key" : "public-key", hasPublic ? "public-key" : "private-key");
        }
        return hasPublic ? configured(settings) : new KeptVapidKeys(kept).get();
    }

    /// The channel is always on: keys are there from the first start.
    @Bean
    Channel webPushChannel(WebPushSettings settings, VapidKeys keys, EndpointRules rules, Clock clock) {
        var subject = checkedSubject(settings.subject().strip());
        if (subject.isEmpty()) {
            LOG.info("Web Push: {}", NO_SUBJECT);
        }
        return new Channel("web-push", Set.of(Platform.WEB), CONCURRENCY, TIMEOUT,
                notifier(keys, subject, rules, clock, WebPushClient.http(rules).build()));
    }

    static Notifier notifier(VapidKeys keys, String subject, EndpointRules rules, Clock clock, OkHttpClient http) {
        return new WebPushNotifier(rules, new WebPushRequests(new VapidTokens(keys, subject, clock)),
                new WebPushClient(http, clock), verdict(keys, subject));
    }

    private static Notifier.Check verdict(VapidKeys keys, String subject) {
        return new Notifier.Check(true, "The VAPID keys are a pair; the public one is " + keys.publicKey() + ". "
                + (subject.isEmpty() ? NO_SUBJECT : "The subject is " + subject) + ".");
    }

    private static VapidKeys configured(WebPushSettings settings) {
        try {
            return VapidKeys.of(settings.publicKey(), settings.privateKey());
        } catch (IllegalArgumentException wrong) {
            throw new FailureAnalyzedException("ringback.web-push: " + wrong.getMessage() + ".",
                    "Set ringback.web-push.public-key and ringback.web-push.private-key to a pair as `npx web-push "
                            + "generate-vapid-keys` makes it, or remove both: a pair is then made and kept.");
        }
    }

    private static String checkedSubject(String subject) {
        if (!subject.isEmpty() && !VapidSubject.isReal(subject)) {
            throw new FailureAnalyzedException(
                    "ringback.web-push.subject is no mailto: or https: URI on a domain of the Internet.",
                    "Set it to an address at which you can be reached, such as mailto:push@your-domain.com.");
        }
        return subject;
    }

    private static FailureAnalyzedException halfConfigured(String missing, String present) {
        return new FailureAnalyzedException(
                "ringback.web-push.%s is missing, while ringback.web-push.%s is set.".formatted(missing, present),
                "Set both, or neither of the two: a pair is then made and kept.");
    }
}
