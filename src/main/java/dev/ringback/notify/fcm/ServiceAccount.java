package dev.ringback.notify.fcm;

import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/// As whom Ringback sends: the service account of a Firebase project.
record ServiceAccount(String projectId, ServiceAccountCredentials credentials) {
    private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
    private static final String ACTION = "Set ringback.fcm.credentials (RINGBACK_FCM_CREDENTIALS) to the JSON of a service"
            + " account key, or to the path of its file (Firebase console: Project settings, Service accounts, Generate new"
            + " private key), or to nothing to turn FCM off.";

    /// Reads `ringback.fcm.credentials`. What is wrong with them is said without a word of what they contain: the key would
    /// be in it, or a text that was meant to be one.
    ///
    /// @param transport to the token endpoint
    static ServiceAccount read(String credentials, FcmTransport transport) {
        var account = parsed(text(credentials.strip()), transport);
        var projectId = account.getProjectId();
        if (projectId == null || projectId.isBlank()) {
            throw wrong("name no project_id");
        }
        var scoped = account.toBuilder().setScopes(List.of(SCOPE)).setDefaultRetriesEnabled(false).build();
        return new ServiceAccount(projectId, scoped);
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
    private static ServiceAccountCredentials parsed(String json, FcmTransport transport) {
        try {
            var stream = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
            return ServiceAccountCredentials.fromStream(stream, () -> transport);
        } catch (IOException | RuntimeException e) {
            throw wrong("are not the JSON of a service account key");
        }
    }

    private static FailureAnalyzedException wrong(String what) {
        return new FailureAnalyzedException("ringback.fcm.credentials " + what + ".", ACTION);
    }

    @Override
    public String toString() {
        return "ServiceAccount[" + projectId + "]";
    }
}
