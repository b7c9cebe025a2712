package dev.ringback.support;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Everything that the tests use as a secret or a token: known by its form, or because a test said so.
///
/// A secret of a new kind belongs here, so that the logs of the whole test run are searched for it.
public final class Secrets {
    private static final int SHORTEST = 12;
    private static final List<Pattern> FORMS = Stream.of(
            // user tokens, action tokens, VAPID's, APNs's and Google's: all are JWTs
            "eyJ[\\w-]{10,}\\.[\\w-]{10,}\\.[\\w-]{10,}",
            // what stands in an Authorization header
            "(?i:bearer |basic |vapid t=)\\s*[\\w-]{8,}[.=+/]",
            // keys as PEM, and the beginning of a PKCS#8 key without its frame
            "PRIVATE KEY-----(?:\\s|\\\\n)*[A-Za-z0-9+/]{8,}", "MI(?:GHAgEA|EE|IEv)[A-Za-z0-9+/]{20,}",
            // push tokens: Apple's, those of the fake FCM, Google's own
            "(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])", "fcm-token:[\\w-]{8,}", "\\bAPA91\\w{8,}",
            // subscriptions: to know an endpoint is to be able to push there
            "https?://[^\\s/]+/(?:push/[0-9a-f-]{36}|fcm/send/|wpush/)",
            // tokens of simulated rooms: JSON in base64, with a name that EnableX gives it
            "eyJ[\\w-]*InRva2VuSWQi[\\w-]+",
            // what the fakes of EnableX and Google hand out and are asked with
            "the-app-key", "the-token", "dGhlLWFwcC1pZDp0aGUtYXBwLWtleQ", "\\baccess-\\d+\\b")
            .map(Pattern::compile)
            .toList();
    private static final Set<String> USED = ConcurrentHashMap.newKeySet();

    static {
        used(Tokens.SECRET);
    }

    private Secrets() {}

    /// From now on nothing may show this text.
    public static void used(String secret) {
        if (secret.length() < SHORTEST) {
            throw new IllegalArgumentException("too short to be told from other text");
        }
        USED.add(secret);
    }

    /// The beginning of the first secret in the text, enough to find it and too short to use.
    public static Optional<String> in(String text) {
        return Stream.concat(FORMS.stream()
                .map(form -> form.matcher(text))
                .filter(found -> found.find())
                .map(
                        found -> found.group()),
                USED.stream().filter(text::contains))
                .map(secret -> secret.substring(0, Math.min(SHORTEST, secret.length())) + "…")
                .findFirst();
    }
}
