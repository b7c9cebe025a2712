package dev.ringback.notify.webpush;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Who pushes to browsers. Without keys a pair is made at the first start and kept in the database.
///
/// @param publicKey VAPID public key, base64url of the 65 bytes of an uncompressed P-256 point; set both keys or neither. A
///        new pair makes all browsers' subscriptions void
/// @param privateKey VAPID private key, base64url of its 32 bytes
/// @param subject whom a push service's operator can reach about your pushes: a `mailto:` or `https:` URI on a domain of
///        yours. Apple's devices are reached only when it is set
@ConfigurationProperties("ringback.web-push")
record WebPushSettings(@DefaultValue("") String publicKey, @DefaultValue("") String privateKey,
        @DefaultValue("") String subject) {

    @Override
    public String toString() {
        return "WebPushSettings[publicKey=" + publicKey + ", privateKey=***, subject=" + subject + "]";
    }
}
