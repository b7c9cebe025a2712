package dev.ringback.notify.fcm;

import com.google.firebase.messaging.FirebaseMessagingException;
import dev.ringback.notify.Notifier.Check;
import dev.ringback.notify.Outcome.DeadToken;
import org.jspecify.annotations.Nullable;

/// Puts into words what FCM says to a message for nobody that it is to check only.
///
/// @param projectId of the service account
record FcmCheck(String projectId) {
    /// Looks like a registration token and is none. FCM judges it last: whoever is told that it is wrong may send.
    static final String NOBODY = "ringback-check-of-creds:APA91b" + "A".repeat(134);

    Check good() {
        return new Check(true, "FCM takes messages for project " + projectId + ".");
    }

    Check result(FirebaseMessagingException failure) {
        if (FcmErrors.outcome(failure) instanceof DeadToken) {
            return good();
        }
        return new Check(false, wrong(ErrorAnswer.in(failure)));
    }

    private String wrong(@Nullable ErrorAnswer answer) {
        if (answer == null) {
            return "FCM or the token endpoint of the service account cannot be reached, or something else answers there:"
                    + " check this machine's way out, its proxy, and ringback.fcm.base-url.";
        }
        if (answer.isOfTokenEndpoint()) {
            return "The token endpoint %s refuses the service account's key (%s): generate a new private key in the Firebase console, and check this machine's clock."
                    .formatted(answer.host(), answer.code());
        }
        return switch (answer.status()) {
            case 401 -> "%s does not accept the service account's access token (%s)."
                    .formatted(answer.host(), answer.code());
            case 403 ->
                "The service account may not send for project %s (%s): enable the Firebase Cloud Messaging API in that project, and give the account the role Firebase Cloud Messaging API Admin."
                        .formatted(projectId, answer.code());
            case 404 -> "%s knows no project %s (%s): check project_id in the credentials, and ringback.fcm.base-url."
                    .formatted(answer.host(), projectId, answer.code());
            default -> "%s answers HTTP %d (%s).".formatted(answer.host(), answer.status(), answer.code());
        };
    }
}
