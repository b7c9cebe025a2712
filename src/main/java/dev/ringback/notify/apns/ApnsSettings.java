package dev.ringback.notify.apns;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The signing key and the app for Apple's push service. Without key, key id, team id and bundle id the channel is off,
/// in demo mode simulated.
///
/// @param key signing key from the Apple developer account (`.p8`): a path or the text itself
/// @param keyId the key's ten-character id
/// @param teamId the ten-character id of the developer team to which the key belongs
/// @param bundleId the app's bundle id, for devices that register without an `app_id`; VoIP pushes go to it with `.voip`
///        added
/// @param host Apple's server for apps from the App Store and TestFlight
/// @param sandboxHost Apple's server for apps that Xcode installed
/// @param port of both servers; Apple also listens on 2197, for firewalls that keep 443 closed
/// @param trustedCertificate certificates to trust instead of the Java runtime's: a path to a PEM file or the text itself,
///        for tests and closed networks
/// @param voipCancel whether a VoIP token is also told that a ring is over. iOS ends an app that gets such a push and
///        reports no call
@ConfigurationProperties("ringback.apns")
record ApnsSettings(
        @DefaultValue("") String key,
        @DefaultValue("") String keyId,
        @DefaultValue("") String teamId,
        @DefaultValue("") String bundleId,
        @DefaultValue("api.push.apple.com") String host,
        @DefaultValue("api.sandbox.push.apple.com") String sandboxHost,
        @DefaultValue("443") int port,
        @DefaultValue("") String trustedCertificate,
        @DefaultValue("false") boolean voipCancel) {

    ApnsSettings {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("ringback.apns.port must be from 1 to 65535");
        }
    }

    boolean empty() {
        return required().values().stream().allMatch(String::isBlank);
    }

    /// The names of the settings that the channel cannot do without and that are not there.
    List<String> missing() {
        return required().entrySet().stream().filter(e -> e.getValue().isBlank()).map(e -> e.getKey()).toList();
    }

    private SequencedMap<String, String> required() {
        var settings = new LinkedHashMap<String, String>();
        settings.put("key", key);
        settings.put("key-id", keyId);
        settings.put("team-id", teamId);
        settings.put("bundle-id", bundleId);
        return settings;
    }

    @Override
    public String toString() {
        return "ApnsSettings[***]";
    }
}
