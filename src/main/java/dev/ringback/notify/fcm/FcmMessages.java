package dev.ringback.notify.fcm;

import com.google.firebase.messaging.AndroidConfig;
import com.google.firebase.messaging.ApnsConfig;
import com.google.firebase.messaging.Aps;
import com.google.firebase.messaging.ApsAlert;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.WebpushConfig;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Push;
import dev.ringback.notify.Wording;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Makes FCM's message of a push. The event is its `data`, all values texts; none of the event's members has a name that
/// FCM keeps for itself (`from`, `message_type`, what begins with `google` or `gcm`).
///
/// It has no collapse key: FCM holds back the 21st collapsible message of a device
/// (firebase.google.com/docs/cloud-messaging/throttling-and-quotas), and that may be the ring. For the same reason it has
/// no `notification`.
final class FcmMessages {
    /// Of keys and values together (*Message too big*, firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode).
    static final int MAX_BYTES = 4096;

    /// Where FCM passes a message on to APNs or to a browser's push service, the event is JSON there, of 4096 bytes too,
    /// in which FCM puts members of its own. How long they are is not documented.
    private static final int FCMS_OWN = 256;
    /// The `aps` object without its words.
    private static final int APS = 160;

    private FcmMessages() {}

    static Message of(Push push) {
        var message = to(push.to().token());
        return switch (push.to().platform()) {
            case ANDROID -> message.putAllData(push.body().texts(MAX_BYTES)).setAndroidConfig(android(push)).build();
            case FCM_IOS -> message.putAllData(passedOn(push, APS + json(Wording.of(push.notice()))))
                    .setApnsConfig(apns(push))
                    .build();
            case FCM_WEB -> message.putAllData(passedOn(push, 0)).setWebpushConfig(web(push)).build();
            case IOS, IOS_ALERT, WEB -> throw new IllegalArgumentException(push.to() + " is none of FCM's");
        };
    }

    /// For asking without sending.
    static Message empty(String token) {
        return to(token).build();
    }

    /// The SDK prefers installation ids; what apps register here are registration tokens.
    @SuppressWarnings("deprecation")
    private static Message.Builder to(String token) {
        return Message.builder().setToken(token);
    }

    private static AndroidConfig android(Push push) {
        return AndroidConfig.builder()
                .setPriority(push.urgent() ? AndroidConfig.Priority.HIGH : AndroidConfig.Priority.NORMAL)
                .setTtl(push.timeLeft().toSeconds() * 1000)
                .build();
    }

    /// An alert that iOS shows by itself, since FCM cannot send VoIP pushes. All alerts of one call are one stack; only
    /// the ring is heard.
    private static ApnsConfig apns(Push push) {
        var wording = Wording.of(push.notice());
        var aps = Aps.builder()
                .setAlert(ApsAlert.builder().setTitle(wording.title()).setBody(wording.text()).build())
                .setThreadId(push.notice().call().callId().toString())
                .setContentAvailable(true);
        if (push.notice().type() == NoticeType.INCOMING_CALL) {
            aps.setSound("default");
        }
        return ApnsConfig.builder()
                .putHeader("apns-priority", "10")
                .putHeader("apns-push-type", "alert")
                .putHeader("apns-expiration", String.valueOf(push.validUntil().getEpochSecond()))
                .setAps(aps.build())
                .build();
    }

    /// Data only: the page's service worker draws the notification, with its buttons and a tag by call. One that FCM drew
    /// would stand beside it, and a stop could not replace it.
    private static WebpushConfig web(Push push) {
        return WebpushConfig.builder()
                .putHeader("Urgency", push.urgent() ? "high" : "normal")
                .putHeader("TTL", String.valueOf(push.timeLeft().toSeconds()))
                .build();
    }

    /// Quotes within a text, as in `custom`, take two bytes in JSON. So the limit is lowered by what is too much until it
    /// fits, or until nothing more can go.
    private static Map<String, String> passedOn(Push push, int beside) {
        var max = MAX_BYTES - FCMS_OWN - beside;
        var body = push.body();
        var limit = max;
        var data = body.texts(limit);
        for (var excess = json(data) - max; excess > 0 && limit > 0; excess = json(data) - max) {
            limit -= excess;
            data = body.texts(limit);
        }
        return data;
    }

    private static int json(Object value) {
        return JsonMapper.shared().writeValueAsBytes(value).length;
    }
}
