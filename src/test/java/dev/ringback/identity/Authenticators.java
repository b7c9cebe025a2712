package dev.ringback.identity;

import com.nimbusds.jose.JOSEException;
import dev.ringback.support.Tokens;
import dev.ringback.web.ApiJson;
import java.time.Clock;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/// The check of bearer tokens as configured for [Tokens], without a database.
public final class Authenticators {
    private static final Clock CLOCK = Clock.systemUTC();
    static final ActionTokens ACTIONS = actionTokens();
    static final AdminTokens ADMINS = new AdminTokens(new byte[32], "", CLOCK);
    static final JwtDecoder USERS = userTokens();

    private Authenticators() {}

    public static Authenticator ofUserTokens() {
        return new Authenticator(USERS, ACTIONS, new RequesterConverter(ACTIONS));
    }

    private static JwtDecoder userTokens() {
        var configuration = new TokenConfiguration();
        var settings = new AuthSettings(Tokens.SECRET, null, null, null);
        return configuration.userTokenDecoder(settings, CLOCK, configuration.signingSecret(settings, new HeldKeys()));
    }

    private static ActionTokens actionTokens() {
        try {
            return new ActionTokens(new HeldKeys(), new ActionTokenSettings(false), ApiJson.mapper(), CLOCK);
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
