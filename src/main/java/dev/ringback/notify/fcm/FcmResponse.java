package dev.ringback.notify.fcm;

import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/// A success, read to its end: its connection is free already.
final class FcmResponse extends LowLevelHttpResponse {
    private final int status;
    private final Headers headers;
    private final byte[] content;

    FcmResponse(int status, Headers headers, byte[] content) {
        this.status = status;
        this.headers = headers;
        this.content = content;
    }

    @Override
    public InputStream getContent() {
        return new ByteArrayInputStream(content);
    }

    @Override
    public @Nullable String getContentEncoding() {
        return null;
    }

    @Override
    public long getContentLength() {
        return content.length;
    }

    @Override
    public @Nullable String getContentType() {
        return headers.get("Content-Type");
    }

    @Override
    public String getStatusLine() {
        return "HTTP " + status;
    }

    @Override
    public int getStatusCode() {
        return status;
    }

    @Override
    public String getReasonPhrase() {
        return "";
    }

    @Override
    public int getHeaderCount() {
        return headers.size();
    }

    @Override
    public String getHeaderName(int index) {
        return headers.name(index);
    }

    @Override
    public String getHeaderValue(int index) {
        return headers.value(index);
    }
}
