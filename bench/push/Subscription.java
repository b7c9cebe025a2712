package push;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;

/// A browser's, as `PushSubscription.toJSON()` gives it.
record Subscription(String endpoint, Keys keys) {
    private static final int AUTH_BYTES = 16;

    record Keys(String p256dh, String auth) {}

    static Subscription at(String endpoint) throws GeneralSecurityException {
        var auth = new byte[AUTH_BYTES];
        new SecureRandom().nextBytes(auth);
        return new Subscription(endpoint,
                new Keys(Operator.encoded((ECPublicKey) Operator.p256().getPublic()), Operator.base64(auth)));
    }
}
