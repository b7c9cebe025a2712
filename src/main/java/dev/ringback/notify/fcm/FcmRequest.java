package dev.ringback.notify.fcm;

import com.google.api.client.http.LowLevelHttpRequest;
import dev.ringback.net.OnceBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/// One request, made at most once.
final class FcmRequest extends LowLevelHttpRequest {
    /// Answers are a few hundred bytes; a longer one is not FCM's and not worth the memory.
    static final int MAX_BYTES = 64 * 1024;

    private final OkHttpClient http;
    private final String method;
    private final Request.Builder request;

    FcmRequest(OkHttpClient http, String method, HttpUrl url) {
        this.http = http;
        this.method = method;
        this.request = new Request.Builder().url(url);
    }

    /// OkHttp unpacks an answer only if it asked for the packing itself.
    @Override
    public void addHeader(String name, String value) {
        if (!name.equalsIgnoreCase("Accept-Encoding")) {
            request.addHeader(name, value);
        }
    }

    @Override
    public FcmResponse execute() throws IOException {
        var call = http.newCall(request.method(method, body()).build());
        try (var response = call.execute()) {
            var content = content(response);
            if (!response.isSuccessful()) {
                throw new ErrorAnswer(response.request().url().host(), response.code(), response.headers(), content);
            }
            return new FcmResponse(response.code(), response.headers(), content);
        } catch (Exception e) {
            throw asIOException(e);
        }
    }

    /// OkHttp lets an undeclared `InterruptedException` through where it waits for a connection.
    private static IOException asIOException(Exception e) {
        if (e instanceof IOException io) {
            return io;
        }
        if (e instanceof RuntimeException wrong) {
            throw wrong;
        }
        Thread.currentThread().interrupt();
        return new InterruptedIOException();
    }

    private static byte[] content(Response response) throws IOException {
        var source = response.body().source();
        if (source.request(MAX_BYTES + 1L)) {
            throw new IOException("an answer of more than " + MAX_BYTES + " bytes");
        }
        return source.readByteArray();
    }

    private @Nullable RequestBody body() throws IOException {
        var content = getStreamingContent();
        if (content == null) {
            return null;
        }
        var bytes = new ByteArrayOutputStream(2048);
        content.writeTo(bytes);
        request.header("Content-Type", getContentType());
        return new OnceBody(bytes.toByteArray(), null);
    }
}
