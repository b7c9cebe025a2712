package dev.ringback.gateway.firestore;

import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/// As whom Ringback writes: reads `ringback.firestore.credentials`. What is wrong with them is said without a word of what
/// they contain: the key would be in it, or a text that was meant to be one.
final class ServiceAccount {
    private static final String SCOPE = "https://www.googleapis.com/auth/datastore";
    private static final String ACTION = "Set ringback.firestore.credentials (RINGBACK_FIRESTORE_CREDENTIALS) to the JSON of"
            + " a service account key, or to the path of its file (Firebase console: Project settings, Service accounts,"
            + " Generate new private key), or to nothing to turn the mirror off.";

    private ServiceAccount() {}

    /// Credentials that sign for Firestore themselves and ask no token endpoint.
    static ServiceAccountCredentials read(String credentials) {
        return parsed(text(credentials.strip())).toBuilder()
                .setScopes(List.of(SCOPE))
                .setUseJwtAccessWithScope(true)
                .build();
    }

    private static String text(String credentials) {
        if (credentials.startsWith("{")) {
            return credentials;
        }
        try {
            return Files.readString(Path.of(credentials));
        } catch (IOException | RuntimeException e) {
            throw wrong("are neither JSON nor the path of a file that can be read");
        }
    }

    /// The cause stays out: the parser's message may quote the text.
    private static ServiceAccountCredentials parsed(String json) {
        try {
            return ServiceAccountCredentials
                    .fromStream(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | RuntimeException e) {
            throw wrong("are not the JSON of a service account key");
        }
    }

    private static FailureAnalyzedException wrong(String what) {
        return new FailureAnalyzedException("ringback.firestore.credentials " + what + ".", ACTION);
    }
}
