package push;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/// A called user with two devices on different channels, and nobody at a socket.
///
/// @param tokens channel → what its fake is asked for
record Person(int number, Map<String, String> tokens) {
    static final List<String> CHANNELS = List.of("apns", "fcm", "web-push");

    static Person of(int number) {
        var all = Map.of("apns", Targets.apnsToken(number), "fcm", Targets.fcmToken(number), "web-push",
                "browser-" + number);
        var left = CHANNELS.get(number % CHANNELS.size());
        var right = CHANNELS.get((number + 1) % CHANNELS.size());
        return new Person(number, Map.of(left, all.get(left), right, all.get(right)));
    }

    String id() {
        return "called-" + number;
    }

    String caller() {
        return "caller-" + number;
    }

    void register(Api api, Fakes fakes) throws IOException, InterruptedException, GeneralSecurityException {
        for (var entry : tokens.entrySet()) {
            var device = "device-" + entry.getKey() + "-" + number;
            if (entry.getKey().equals("web-push")) {
                api.post(id(), "/api/push/subscribe", Map.of("device_id", device, "subscription",
                        Subscription.at(fakes.endpoint(entry.getValue()))), 200);
            } else {
                api.post(id(), "/api/push/register", Map.of("device_id", device, "platform",
                        entry.getKey().equals("apns") ? "ios" : "android", "token", entry.getValue()), 200);
            }
        }
    }
}
