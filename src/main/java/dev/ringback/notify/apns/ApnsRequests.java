package dev.ringback.notify.apns;

import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Push;
import dev.ringback.notify.Wording;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Pushes as Apple takes them (developer.apple.com, *Sending notification requests to APNs*).
///
/// @param bundleId of the app whose devices name none
record ApnsRequests(String bundleId) {
    private static final int VOIP_BYTES = 5120;
    private static final int ALERT_BYTES = 4096;
    private static final String VOIP_SUFFIX = ".voip";

    /// What may stand in a bundle id. Devices name their app; anything else is not put into a request.
    private static final Pattern BUNDLE_ID = Pattern.compile("[A-Za-z0-9.-]{1,155}");
    private static final Pattern TOKEN = Pattern.compile("(?:\\p{XDigit}{2}){8,100}");
    static final String NOBODY = "0".repeat(64);

    /// Whether Apple could have given out this token. Nothing else is put into a request's path.
    static boolean wellFormed(PushToken token) {
        return TOKEN.matcher(token.token()).matches();
    }

    ApnsPushNotification of(Push push) {
        return push.to().platform() == Platform.IOS ? voip(push) : alert(push);
    }

    /// A push to no device. That it is the token that Apple finds fault with shows that the credentials are good.
    ApnsPushNotification probe() {
        return new SimpleApnsPushNotification(NOBODY, voipTopic(bundleId), "{\"aps\":{}}", Instant.EPOCH,
                DeliveryPriority.IMMEDIATE, PushType.VOIP);
    }

    private ApnsPushNotification voip(Push push) {
        return request(push, voipTopic(app(push.to())), Map.of(), VOIP_BYTES, DeliveryPriority.IMMEDIATE,
                PushType.VOIP, null);
    }

    /// What a device that was off finds in its place is the last word on a call only: all of them have one collapse id.
    private ApnsPushNotification alert(Push push) {
        var callId = push.notice().call().callId().toString();
        return visible(push.notice().type())
                ? request(push, app(push.to()), shown(push), ALERT_BYTES, DeliveryPriority.IMMEDIATE, PushType.ALERT,
                        callId)
                // with a higher priority Apple refuses what shows nothing
                : request(push, app(push.to()), Map.of("content-available", 1), ALERT_BYTES,
                        DeliveryPriority.CONSERVE_POWER, PushType.BACKGROUND, callId);
    }

    private static boolean visible(NoticeType type) {
        return type == NoticeType.INCOMING_CALL || type == NoticeType.CALL_MISSED;
    }

    private static Map<String, Object> shown(Push push) {
        var wording = Wording.of(push.notice());
        var aps = new LinkedHashMap<String, Object>();
        aps.put("alert", Map.of("title", wording.title(), "body", wording.text()));
        aps.put("sound", "default");
        if (push.notice().type() == NoticeType.INCOMING_CALL) {
            aps.put("interruption-level", "time-sensitive");
            aps.put("content-available", 1);
        }
        return aps;
    }

    private static ApnsPushNotification request(Push push, String topic, Map<String, ?> aps, int maxBytes,
            DeliveryPriority priority, PushType type, @Nullable String collapseId) {
        var payload = new String(push.body().json(Map.of("aps", aps), maxBytes), StandardCharsets.UTF_8);
        UUID apnsId = push.id();
        return new SimpleApnsPushNotification(push.to().token(), topic, payload, push.validUntil(), priority, type,
                collapseId, apnsId);
    }

    private String app(PushToken token) {
        var appId = token.appId();
        return appId != null && BUNDLE_ID.matcher(appId).matches() ? appId : bundleId;
    }

    private static String voipTopic(String app) {
        return app.endsWith(VOIP_SUFFIX) ? app : app + VOIP_SUFFIX;
    }
}
