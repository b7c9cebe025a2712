package dev.ringback.identity;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/// Takes the admin page's password and gives a token for it.
///
/// To check a password is made to cost processor time. So tries are counted by address before they are looked at, and one
/// is looked at at a time: guessing keeps one core busy at most, and none from phones that ring.
public final class AdminSignIn {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final PasswordEncoder encoder = new BCryptPasswordEncoder();
    private final Semaphore turn = new Semaphore(1, true);
    private final String hash;
    private final AdminTokens tokens;
    private final RateLimits limits;
    private final Clock clock;

    AdminSignIn(AdminSettings settings, AdminTokens tokens, RateLimits limits, Clock clock) {
        this.hash = !settings.hasPassword() || settings.isHash()
                ? settings.password()
                : encoder.encode(settings.password());
        this.tokens = tokens;
        this.limits = limits;
        this.clock = clock;
    }

    /// A token for whoever knows the password, good for 12 hours.
    ///
    /// @param address under which the try is counted, by [ClientAddresses]
    /// @throws ProblemException `rate_limited`, `unauthenticated` when it is another password, `not_found` where none is set
    public SignedIn signIn(String password, String address) {
        limits.anonymous(address);
        if (hash.isEmpty()) {
            throw new ProblemException(ProblemCode.NOT_FOUND,
                    "No password is set (ringback.admin.password): a token with the scope server is needed.");
        }
        if (!matches(password)) {
            throw new ProblemException(ProblemCode.UNAUTHENTICATED, "That is not the password.");
        }
        // what the token can hold
        var expiresAt = clock.instant().plus(AdminTokens.LIFE).truncatedTo(ChronoUnit.SECONDS);
        return new SignedIn(tokens.mint(expiresAt), expiresAt);
    }

    private boolean matches(String password) {
        try {
            if (!turn.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ProblemException(ProblemCode.RATE_LIMITED).retryAfter(LONGEST_WAIT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ProblemException(ProblemCode.UNAVAILABLE);
        }
        try {
            return encoder.matches(password, hash);
        } finally {
            turn.release();
        }
    }

    /// A fresh token and when it ends.
    public record SignedIn(String token, Instant expiresAt) {
        @Override
        public String toString() {
            return "SignedIn[***, " + expiresAt + "]";
        }
    }
}
