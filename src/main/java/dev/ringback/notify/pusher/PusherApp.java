package dev.ringback.notify.pusher;

import com.pusher.rest.PusherAbstract;
import dev.ringback.net.OnceBody;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;

/// The app as the library knows it: its requests, signed and not yet made, and its word on who may listen.
///
/// The requests are signed with the time of this machine; Pusher refuses what is more than ten minutes off.
final class PusherApp extends PusherAbstract<Request> {
    private static final MediaType JSON = MediaType.get("application/json");

    private final PusherSettings settings;

    PusherApp(PusherSettings settings) {
        super(settings.appId(), settings.key(), settings.secret());
        this.settings = settings;
        if (settings.host().isEmpty()) {
            setCluster(settings.cluster());
        } else {
            setHost(settings.host());
        }
        setEncrypted(settings.tls());
        // what is published is JSON already
        setDataMarshaller(Object::toString);
    }

    /// Tells one channel one event.
    Request event(String channel, String name, byte[] json) {
        return trigger(channel, name, new String(json, StandardCharsets.UTF_8));
    }

    /// Asks for something that changes nothing and is there for whoever signs right.
    Request question() {
        return get("/channels/private-user-nobody");
    }

    /// Lets a socket into a channel: the JSON that the client library expects, `{"auth": "key:signature"}`.
    String admission(String socketId, String channel) {
        return authenticate(socketId, channel);
    }

    /// The app's key, which is no secret.
    String publicKey() {
        return settings.key();
    }

    @Override
    protected Request doGet(URI uri) {
        return request(uri).build();
    }

    @Override
    protected Request doPost(URI uri, String body) {
        // Pusher knows no ids: sent twice, the event would be told twice
        return request(uri).post(new OnceBody(body.getBytes(StandardCharsets.UTF_8), JSON))
                .build();
    }

    private static Request.Builder request(URI uri) {
        return new Request.Builder().url(Objects.requireNonNull(HttpUrl.get(uri))).header("User-Agent", "Ringback");
    }

    @Override
    public String toString() {
        return "PusherApp[" + appId + "]";
    }
}
