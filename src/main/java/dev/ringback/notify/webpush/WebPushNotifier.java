package dev.ringback.notify.webpush;

import dev.ringback.device.EndpointRules;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import java.util.Map;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/// Pushes to browsers.
final class WebPushNotifier implements Notifier {
    private final EndpointRules rules;
    private final WebPushRequests requests;
    private final WebPushClient client;
    private final Encryption encryption = new Encryption();
    private final Check check;

    WebPushNotifier(EndpointRules rules, WebPushRequests requests, WebPushClient client, Check check) {
        this.rules = rules;
        this.requests = requests;
        this.client = client;
        this.check = check;
    }

    @Override
    public boolean carries(NoticeType type, Platform platform) {
        return platform == Platform.WEB && switch (type) {
            case INCOMING_CALL, CALL_CANCELLED, CALL_ANSWERED_ELSEWHERE, CALL_MISSED, CALL_ENDED -> true;
            // for the caller, who has the page open
            case CALL_RINGING, CALL_ACCEPTED, CALL_REJECTED -> false;
        };
    }

    @Override
    public Outcome send(Push push) throws InterruptedException {
        var endpoint = push.to().token();
        if (rules.refusalOfSpelling(endpoint).isPresent()) {
            return WebPushErrors.ADDRESS_NOT_ALLOWED;
        }
        var receiver = receiver(push.to());
        if (receiver == null) {
            return WebPushErrors.KEYS_NOT_USABLE;
        }
        var body = encryption.encrypt(push.body().json(Map.of(), Encryption.MAX_PLAINTEXT), receiver);
        return client.send(requests.push(push, HttpUrl.get(endpoint), body));
    }

    /// Null for keys that cannot be encrypted to. They are looked at when a browser subscribes, so this is a row that was
    /// written otherwise.
    private static @Nullable Receiver receiver(PushToken token) {
        var keys = token.webPushKeys();
        try {
            return keys == null ? null : Receiver.of(keys);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// The keys were tried when the service started: without a device no push service says more.
    @Override
    public Check check() {
        return check;
    }
}
