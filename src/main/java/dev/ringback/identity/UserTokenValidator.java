package dev.ringback.identity;

import dev.ringback.web.ValidId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/// What a user token must hold beside a good signature: an end, a usable subject, our audience, and no other purpose
/// (`typ`, RFC 8725 section 3.11).
final class UserTokenValidator implements OAuth2TokenValidator<Jwt> {
    private static final List<String> TYPES = List.of("jwt", "at+jwt", "application/at+jwt");

    private final @Nullable String audience;

    UserTokenValidator(@Nullable String audience) {
        this.audience = audience;
    }

    @Override
    public OAuth2TokenValidatorResult validate(Jwt token) {
        if (token.getExpiresAt() == null) {
            return refused("the token has no exp");
        }
        if (!ValidId.Check.isValid(token.getSubject())) {
            return refused("the token has no usable sub");
        }
        if (audience != null && (token.getAudience() == null || !token.getAudience().contains(audience))) {
            return refused("the token is for another audience");
        }
        var type = token.getHeaders().get("typ");
        if (type != null && !TYPES.contains(type.toString().toLowerCase(Locale.ROOT))) {
            return refused("the token is of another type");
        }
        return OAuth2TokenValidatorResult.success();
    }

    private static OAuth2TokenValidatorResult refused(String reason) {
        return OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", reason, null));
    }
}
