package dev.ringback.webhook.dialstack;

import dev.ringback.webhook.Hmac;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// DialStack's signatures: `t=<unix seconds>,v1=<hex of HMAC-SHA256 over "t.body">`, as `webhooks.constructEvent` in
/// DialStack's SDK (dialstack/dialstack-sdk, `server/src/index.ts`) makes and checks them; but several `v1` and several
/// secrets are accepted, since both are in use while a secret is replaced.
///
/// @param secrets none empty; without any, nothing is good
record DialStackSignature(List<String> secrets) {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");

    /// Whether DialStack signed these very bytes within five minutes of `now`. The parts of the header may come in any order.
    ///
    /// @param header as it came, or null
    boolean holds(@Nullable String header, byte[] body, Instant now) {
        if (header == null) {
            return false;
        }
        var times = new ArrayList<String>();
        var signatures = new ArrayList<String>();
        for (var part : header.split(",", -1)) {
            var at = part.indexOf('=');
            switch (at < 0 ? "" : part.substring(0, at).strip()) {
                case "t" -> times.add(part.substring(at + 1).strip());
                case "v1" -> signatures.add(part.substring(at + 1).strip());
                default -> {
                    // of a scheme to come
                }
            }
        }
        return times.size() == 1 && isRecent(times.getFirst(), now) && isSigned(times.getFirst(), body, signatures);
    }

    private static boolean isRecent(String time, Instant now) {
        return SECONDS.matcher(time).matches() && Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), now)
                .abs()
                .compareTo(TOLERANCE) <= 0;
    }

    private boolean isSigned(String time, byte[] body, List<String> signatures) {
        var prefix = (time + ".").getBytes(StandardCharsets.UTF_8);
        boolean good = false;
        for (var secret : secrets) {
            var expected = Hmac.of(secret, prefix, body);
            for (var signature : signatures) {
                good |= Hmac.isHexOf(signature, expected);
            }
        }
        return good;
    }

    @Override
    public String toString() {
        return "DialStackSignature[***]";
    }
}
