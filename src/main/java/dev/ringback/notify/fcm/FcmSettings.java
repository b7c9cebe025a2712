package dev.ringback.notify.fcm;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The Firebase project whose apps are rung. Without credentials nothing goes to FCM; in demo mode it is simulated.
///
/// @param credentials service account key of the Firebase project: the JSON text itself, or the path of its file; empty
///        turns FCM off
/// @param baseUrl where FCM's HTTP v1 API is; the access token comes from the `token_uri` of the credentials
@ConfigurationProperties("ringback.fcm")
record FcmSettings(
        @DefaultValue("") String credentials,
        @DefaultValue("https://fcm.googleapis.com") URI baseUrl) {

    @Override
    public String toString() {
        return "FcmSettings[credentials=***, baseUrl=***]";
    }
}
