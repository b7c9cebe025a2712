package dev.ringback.device;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Which Web Push endpoints are believed.
///
/// @param allowedHosts push services that a browser may be subscribed at: host names, or `*.` and the domain under which
///        they are
/// @param allowPrivateAddresses for tests and closed networks: also takes endpoints on private addresses, on other ports
///        than 443, and of literal addresses that `allowed-hosts` names. Anybody who can register a device can then make
///        the server connect to those
@ConfigurationProperties("ringback.web-push")
record EndpointSettings(
        @DefaultValue({
                "fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.services.mozilla.com",
                "web.push.apple.com", "*.push.apple.com", "*.notify.windows.com"}) List<String> allowedHosts,
        @DefaultValue("false") boolean allowPrivateAddresses) {
    private static final Pattern ENTRY = Pattern
            .compile("(\\*\\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\\[[0-9a-f:.]+]");

    EndpointSettings {
        allowedHosts = allowedHosts.stream().map(host -> host.strip().toLowerCase(Locale.ROOT)).toList();
        for (var host : allowedHosts) {
            if (!ENTRY.matcher(host).matches()) {
                throw new IllegalArgumentException(
                        "ringback.web-push.allowed-hosts must hold host names or *.domain, without scheme, port and path: "
                                + host);
            }
        }
    }
}
