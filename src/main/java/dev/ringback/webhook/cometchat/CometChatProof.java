package dev.ringback.webhook.cometchat;

import dev.ringback.webhook.BasicProof;
import dev.ringback.webhook.Hmac;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/// How CometChat proves that a request is its own.
///
/// @param basic what CometChat documents; null when it is not in use
/// @param secret of a signature over the body, which some installations add; null when it is not in use
record CometChatProof(@Nullable BasicProof basic, @Nullable String secret) {

    /// @throws FailureAnalyzedException when only one of user name and password is set
    static CometChatProof of(CometChatSettings settings) {
        return new CometChatProof(
                BasicProof.ofSettings("ringback.webhook.cometchat", settings.username(), settings.password()),
                settings.secret().isBlank() ? null : settings.secret());
    }

    /// Whether nothing is configured by which a request could be proved.
    boolean isImpossible() {
        return basic == null && secret == null;
    }

    /// Whether the request is CometChat's, by the one or the other.
    boolean holds(@Nullable String authorization, @Nullable String signature, byte[] body) {
        boolean byPassword = basic != null && basic.holds(authorization);
        boolean bySignature = secret != null && signature != null
                && Hmac.isHexOf(signature.strip(), Hmac.of(secret, body));
        return byPassword || bySignature;
    }

    @Override
    public String toString() {
        return "CometChatProof[***]";
    }
}
