package dev.ringback.net;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/// A body that goes out once. OkHttp sends any other again by itself: after a lost connection, a `408`, and a `503` with
/// `Retry-After: 0`. Here whoever asks decides that.
public final class OnceBody extends RequestBody {
    private final byte[] bytes;
    private final @Nullable MediaType type;

    /// @param type null when the request's headers have it already
    public OnceBody(byte[] bytes, @Nullable MediaType type) {
        this.bytes = bytes;
        this.type = type;
    }

    @Override
    public @Nullable MediaType contentType() {
        return type;
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
