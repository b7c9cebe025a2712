package dev.ringback.identity;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/// The admin page. With neither of these set it is not there.
///
/// @param enabled whether `/admin` is there also without a password, for tokens with the scope `server`
/// @param password opens `/admin`, too: 12 characters at least and 72 bytes at most, or its bcrypt hash (`$2y$…`, as from
///        `htpasswd -nbB`); empty for none
@ConfigurationProperties("ringback.admin")
public record AdminSettings(@DefaultValue("false") boolean enabled, @DefaultValue("") String password) {
    private static final int SHORTEST = 12;
    /// More than these bcrypt does not read.
    private static final int MOST_BYTES = 72;
    private static final Pattern LIKE_A_HASH = Pattern.compile("\\$2|\\{");
    private static final Pattern HASH = Pattern.compile("\\$2[aby]?\\$\\d\\d\\$[./A-Za-z0-9]{53}");

    public AdminSettings {
        password = password.isBlank() ? "" : password;
    }

    /// Whether the admin page is there.
    public boolean isOn() {
        return enabled || hasPassword();
    }

    boolean hasPassword() {
        return !password.isEmpty();
    }

    /// Whether the password is given as its hash.
    boolean isHash() {
        return HASH.matcher(password).matches();
    }

    /// @throws FailureAnalyzedException when the password is none that can be used
    void mustBeUsable() {
        if (!hasPassword() || isHash()) {
            return;
        }
        if (LIKE_A_HASH.matcher(password).lookingAt()) {
            throw new FailureAnalyzedException("ringback.admin.password looks like a hash and is no whole bcrypt hash.",
                    "Set RINGBACK_ADMIN_PASSWORD to the 60 characters that begin with $2; where a shell or Compose "
                            + "reads it, mind the dollar signs.");
        }
        if (password.length() < SHORTEST || password.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new FailureAnalyzedException(
                    "ringback.admin.password is too short or too long: it takes 12 characters at least, 72 bytes at most.",
                    "Set RINGBACK_ADMIN_PASSWORD to a random password, for example from: openssl rand -base64 24");
        }
    }

    @Override
    public String toString() {
        return "AdminSettings[enabled=" + enabled + ", password=" + (hasPassword() ? "***" : "none") + "]";
    }
}
