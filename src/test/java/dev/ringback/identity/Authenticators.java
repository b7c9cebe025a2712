package dev.ringback.identity;

import com.nimbusds.jose.JOSEException;
import dev.ringback.database.KeptKeys;
import dev.ringback.support.Tokens;
import dev.ringback.web.ApiJson;
import java.time.Clock;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/// The check of bearer tokens as configured for [Tokens], without a database.
public final class Authenticators {
    private static final Clock CLOCK = Clock.systemUTC();
    static final ActionTokens ACTIONS = actionTokens();
    static final JwtDecoder USERS = userTokens();

    private Authenticators() {}

    public static Authenticator ofUserTokens() {
        return new Authenticator(USERS, ACTIONS, new RequesterConverter(ACTIONS));
    }

    private static JwtDecoder userTokens() {
        var configuration = new TokenConfiguration();
        var settings = new AuthSettings(Tokens.SECRET, null, null, null);
        return configuration.userTokenDecoder(settings, CLOCK, configuration.signingSecret(settings));
    }

    private static ActionTokens actionTokens() {
        try {
            return new ActionTokens(new FreshKeys(), new ActionTokenSettings(false), ApiJson.mapper(), CLOCK);
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Kept nowhere.
    private static final class FreshKeys extends KeptKeys {
        FreshKeys() {
            super(JdbcClient.create(new DriverManagerDataSource()), CLOCK);
        }

        @Override
        public String get(String name, Supplier<String> make) {
            return make.get();
        }
    }
}
