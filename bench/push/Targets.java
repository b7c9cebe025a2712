package push;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/// Whom both sides send to, and with what: written to a file that each sender reads.
record Targets(String actionToken, String apnsKey, int apnsPort, List<String> apnsTokens, List<String> fcmTokens,
        String vapidPublicKey, String vapidPrivateKey, List<Subscription> subscriptions) {
    /// Different enough that nothing can be kept from one push to the next.
    private static final int DEVICES = 1000;
    /// As long as Ringback's are.
    private static final int ACTION_TOKEN_LENGTH = 300;

    static Targets of(Operator operator, Fakes fakes) throws GeneralSecurityException {
        var apns = new ArrayList<String>();
        var fcm = new ArrayList<String>();
        var subscriptions = new ArrayList<Subscription>();
        for (int i = 0; i < DEVICES; i++) {
            apns.add(apnsToken(i));
            fcm.add(fcmToken(i));
            subscriptions.add(Subscription.at(fakes.endpoint("browser-" + i)));
        }
        return new Targets("a".repeat(ACTION_TOKEN_LENGTH), operator.apnsKey().toString(), fakes.apnsPort(), apns, fcm,
                operator.vapidPublicKey(), operator.vapidPrivateKey(), subscriptions);
    }

    static String apnsToken(int number) {
        return String.format(Locale.ROOT, "%064x", 0xabcdef00000000L + number);
    }

    /// Of the usual length.
    static String fcmToken(int number) {
        return "fcm-" + number + ":" + "x".repeat(140);
    }

    Path write(Path file) throws IOException {
        Files.writeString(file, JsonMapper.shared().writeValueAsString(this));
        return file;
    }

    static Targets read(Path file) throws IOException {
        return JsonMapper.shared().readValue(Files.readString(file), Targets.class);
    }
}
