package dev.ringback.notify.webpush;

import dev.ringback.net.OnceBody;
import dev.ringback.notify.Push;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;

/// Push requests: RFC 8030 section 5, with RFC 8292's authorization.
record WebPushRequests(VapidTokens tokens) {
    private static final MediaType BYTES = MediaType.get("application/octet-stream");

    Request push(Push push, HttpUrl endpoint, byte[] body) {
        return new Request.Builder().url(endpoint)
                .header("TTL", Long.toString(Math.max(0, push.timeLeft().toSeconds())))
                .header("Urgency", push.urgent() ? "high" : "normal")
                .header("Topic", topic(push.notice().call().callId()))
                .header("Content-Encoding", "aes128gcm")
                .header("Authorization", tokens.authorization(origin(endpoint)))
                .post(new OnceBody(body, BYTES))
                .build();
    }

    /// What follows a ring replaces it where it still waits. A UUID as text would be longer than the 32 characters that a
    /// topic may have.
    private static String topic(UUID callId) {
        var bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(callId.getMostSignificantBits())
                .putLong(callId.getLeastSignificantBits());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private static String origin(HttpUrl endpoint) {
        var root = endpoint.newBuilder().encodedPath("/").query(null).build().toString();
        return root.substring(0, root.length() - 1);
    }
}
