package dev.ringback.identity;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Who signs the users' tokens. With nothing set, Ringback starts in demo mode.
///
/// @param hs256Secret shared secret of at least 32 bytes (UTF-8) with which your backend signs HS256 tokens
/// @param issuerUri OIDC issuer; its keys are found by discovery, and a token's `iss` must equal it
/// @param jwkSetUri address of the signer's public keys, instead of or beside `issuer-uri`
/// @param audience when set, a token's `aud` must contain it
@ConfigurationProperties("ringback.auth")
public record AuthSettings(@Nullable String hs256Secret, @Nullable String issuerUri, @Nullable String jwkSetUri,
        @Nullable String audience) {

    public AuthSettings {
        hs256Secret = blankToNull(hs256Secret);
        issuerUri = blankToNull(issuerUri);
        jwkSetUri = blankToNull(jwkSetUri);
        audience = blankToNull(audience);
    }

    @Override
    public String toString() {
        return "AuthSettings[hs256Secret=" + (hs256Secret == null ? "none" : "***") + ", issuerUri=" + issuerUri
                + ", jwkSetUri=" + jwkSetUri + ", audience=" + audience + "]";
    }

    private static @Nullable String blankToNull(@Nullable String value) {
        return value == null || value.isBlank() ? null : value;
    }
}
