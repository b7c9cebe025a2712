package dev.ringback.notify.pusher;

import com.pusher.rest.PusherAbstract;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/// The app as the library knows it: its requests, signed and not yet made, and its word on who may listen.
///
/// The requests are signed with the time of this machine; Pusher refuses what is more than ten minutes off.
final class PusherApp extends PusherAbstract<Request> {
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
        return request(uri).header("Content-Type", "application/json")
                .post(new OnceBody(body.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private static Request.Builder request(URI uri) {
        return new Request.Builder().url(Objects.requireNonNull(HttpUrl.get(uri))).header("User-Agent", "Ringback");
    }

    @Override
    public String toString() {
        return "PusherApp[" + appId + "]";
    }

    /// A body of which OkHttp believes that it cannot be sent again: Pusher knows no ids, and would tell an event twice.
    private static final class OnceBody extends RequestBody {
        private final byte[] bytes;

        OnceBody(byte[] bytes) {
            this.bytes = bytes;
        }

        /// Is in the headers already.
        @Override
        public @Nullable MediaType contentType() {
            return null;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }
    }
}
