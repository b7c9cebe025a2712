package dev.ringback.webhook;

import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.fcm.FakeFcm;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The users' devices.
public final class Phones {
    private static final int HALF_AN_APNS_TOKEN = 32;

    private final JdbcClient jdbc;
    private final LocalPushServices services;

    Phones(JdbcClient jdbc, LocalPushServices services) {
        this.jdbc = jdbc;
        this.services = services;
    }

    /// Registers an Android phone and returns its token.
    public String android(String userId) {
        return registered(userId, Platform.ANDROID, FakeFcm.token(Platform.ANDROID).token(), null);
    }

    /// Registers an iPhone and returns its VoIP token.
    public String iphone(String userId) {
        var random = UUID.randomUUID().toString().substring(0, HALF_AN_APNS_TOKEN);
        return registered(userId, Platform.IOS,
                HexFormat.of().formatHex(random.getBytes(StandardCharsets.US_ASCII)), null);
    }

    /// Registers a browser.
    public void browser(String userId) {
        var subscription = services.web.token(Platform.WEB);
        registered(userId, Platform.WEB, subscription.token(), subscription.webPushKeys());
    }

    private String registered(String userId, Platform platform, String token, PushToken.@Nullable WebPushKeys keys) {
        jdbc.sql(
                """
                        insert into push_token (user_id, device_id, platform, token, p256dh, auth, environment, registered_at, used_at)
                        values (:user, :device, :platform, :token, :p256dh, :auth, 'PRODUCTION', :now, :now)""")
                .param("user", userId)
                .param("device", "device-" + UUID.randomUUID())
                .param("platform", platform.word())
                .param("token", token)
                .param("p256dh", keys == null ? null : keys.p256dh())
                .param("auth", keys == null ? null : keys.auth())
                .param("now", Timestamp.from(Clock.systemUTC().instant()))
                .update();
        return token;
    }
}
