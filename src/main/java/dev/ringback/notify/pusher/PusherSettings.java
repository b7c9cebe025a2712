package dev.ringback.notify.pusher;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The Pusher Channels app through whose private channels users are told what happens. Nothing set turns it off.
///
/// @param appId the app's id, as its page *App Keys* shows it
/// @param key the app's key; clients have it, too
/// @param secret the app's secret: it signs what is published and who may listen. Stays on the server
/// @param cluster the app's cluster, such as `eu`; not with `host`
/// @param host in the place of a cluster, the host of a server of your own that speaks Pusher's protocol, such as soketi, with
///        its port if that is another than the usual one: `soketi:6001`
/// @param tls whether that is asked over https; off for tests and closed networks only
@ConfigurationProperties("ringback.pusher")
record PusherSettings(@DefaultValue("") String appId, @DefaultValue("") String key, @DefaultValue("") String secret,
        @DefaultValue("") String cluster, @DefaultValue("") String host, @DefaultValue("true") boolean tls) {

    PusherSettings {
        appId = appId.strip();
        key = key.strip();
        secret = secret.strip();
        cluster = cluster.strip();
        host = host.strip();
    }

    @Override
    public String toString() {
        return "PusherSettings[appId=" + appId + ", key=***, secret=***, cluster=" + cluster + ", host=" + host
                + ", tls="
                + tls + "]";
    }
}
