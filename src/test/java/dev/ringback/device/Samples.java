package dev.ringback.device;

import java.util.UUID;

/// Tokens that look like real ones, each of its own.
final class Samples {
    /// The example of RFC 8291 section 5.
    static final String P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    static final String AUTH = "BTBZMqHH6r4Tts7J_aSIgg";

    private Samples() {}

    /// 64 lower-case hexadecimal digits.
    static String apnsToken() {
        return (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");
    }

    static String fcmToken() {
        return "dK7:APA91b" + "x".repeat(100) + UUID.randomUUID();
    }

    static String endpoint() {
        return "https://localhost/push/" + UUID.randomUUID();
    }

    static String subscription(String endpoint) {
        return "{\"endpoint\":\"%s\",\"expirationTime\":null,\"keys\":{\"p256dh\":\"%s\",\"auth\":\"%s\"}}"
                .formatted(endpoint, P256DH, AUTH);
    }
}
