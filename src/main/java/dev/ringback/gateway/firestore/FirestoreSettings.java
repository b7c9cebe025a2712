package dev.ringback.gateway.firestore;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The Firestore database in which calls are mirrored. Without credentials nothing is.
///
/// @param credentials service account key of the project: the JSON text itself, or the path of its file; empty turns the
///        mirror off
/// @param projectId project of the database; empty: the one that the credentials name
/// @param databaseId database of the project
/// @param host where Firestore is, as `host` or `host:port`; empty: Google's own
/// @param emulator whether `host` is a Firestore emulator: then without encryption and without credentials
/// @param collection path of the collection that holds a document for each call's room
/// @param listen whether clients are heard that set a call's `state`, under the rules of docs/channels/firestore.rules
/// @param keepFor how long after its end a call's document says that it may be deleted (`expire_at`)
@ConfigurationProperties("ringback.firestore")
record FirestoreSettings(
        @DefaultValue("") String credentials,
        @DefaultValue("") String projectId,
        @DefaultValue("(default)") String databaseId,
        @DefaultValue("") String host,
        @DefaultValue("false") boolean emulator,
        @DefaultValue("calls") String collection,
        @DefaultValue("false") boolean listen,
        @DefaultValue("24h") Duration keepFor) {

    FirestoreSettings {
        if (keepFor.isNegative()) {
            throw new IllegalArgumentException("ringback.firestore.keep-for must not be negative");
        }
    }

    boolean isOn() {
        return emulator || !credentials.isBlank();
    }

    @Override
    public String toString() {
        return "FirestoreSettings[credentials=***, projectId=" + projectId + ", databaseId=" + databaseId + ", host="
                + host + ", emulator=" + emulator + ", collection=" + collection + ", listen=" + listen + ", keepFor="
                + keepFor + "]";
    }
}
