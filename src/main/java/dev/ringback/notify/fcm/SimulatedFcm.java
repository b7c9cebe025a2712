package dev.ringback.notify.fcm;

import dev.ringback.device.Platform;
import dev.ringback.notify.InspectedPush;
import dev.ringback.notify.InspectedPush.Header;
import dev.ringback.notify.PushInspector;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Answers the requests to FCM and to its token endpoint before they reach the network. The notifier in front of it is
/// the one that talks to FCM.
///
/// The inspector sees the headers of the SDK and of [FcmRequest]; on the wire the HTTP client would add the length of the
/// body and the packings it understands.
final class SimulatedFcm implements Interceptor {
    private static final String PROJECT = "simulated";
    private static final String TOKEN_URI = "https://oauth2.googleapis.com/token";
    /// Made in milliseconds; a real one has twice as many. It signs nothing that leaves the process.
    private static final int KEY_BITS = 1024;
    private static final MediaType JSON = MediaType.get("application/json; charset=UTF-8");

    private final PushInspector inspector;
    private final Clock clock;

    SimulatedFcm(PushInspector inspector, Clock clock) {
        this.inspector = inspector;
        this.clock = clock;
    }

    /// The key of a service account that does not exist.
    static String credentials() {
        return JsonMapper.shared()
                .writeValueAsString(Map.of("type", "service_account", "project_id", PROJECT, "private_key_id",
                        "simulated", "private_key", privateKey(), "client_id", "0", "client_email",
                        "ringback@simulated.invalid", "token_uri", TOKEN_URI));
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        var request = chain.request();
        var path = request.url().encodedPath();
        if (request.url().toString().equals(TOKEN_URI)) {
            return answer(request, 200,
                    Map.of("access_token", "simulated", "token_type", "Bearer", "expires_in", 3600));
        }
        return path.endsWith("/v1/projects/" + PROJECT + "/messages:send")
                ? send(request)
                : answer(request, 404, Map.of());
    }

    private Response send(Request request) throws IOException {
        var text = body(request);
        var json = JsonMapper.shared().readTree(text);
        if (json.path("validate_only").asBoolean(false)) {
            return unregistered(request);
        }
        var message = json.path("message");
        var answer = inspector
                .inspect(new InspectedPush(FcmConfiguration.NAME, platform(message), message.path("token").asString(""),
                        clock.instant(), request.method(), request.url().toString(), headers(request), text));
        takeTime(answer.after().toNanos());
        return switch (answer.word()) {
            case TAKEN ->
                answer(request, 200, Map.of("name", "projects/" + PROJECT + "/messages/" + UUID.randomUUID()));
            case UNREGISTERED -> unregistered(request);
            case UNAVAILABLE ->
                error(request, 503, "UNAVAILABLE", "UNAVAILABLE", "The service is currently unavailable.");
        };
    }

    private static Platform platform(JsonNode message) {
        if (message.has("apns")) {
            return Platform.FCM_IOS;
        }
        return message.has("webpush") ? Platform.FCM_WEB : Platform.ANDROID;
    }

    private static List<Header> headers(Request request) {
        var headers = new ArrayList<Header>();
        request.headers().forEach(header -> headers.add(new Header(header.getFirst(), header.getSecond())));
        return headers;
    }

    private static String body(Request request) throws IOException {
        var content = new Buffer();
        var body = request.body();
        if (body != null) {
            body.writeTo(content);
        }
        return content.readUtf8();
    }

    private static void takeTime(long nanos) throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private static Response unregistered(Request request) {
        return error(request, 404, "NOT_FOUND", "UNREGISTERED", "Requested entity was not found.");
    }

    /// As FCM words it: firebase.google.com/docs/cloud-messaging/error-codes.
    private static Response error(Request request, int status, String rpcStatus, String fcmCode, String words) {
        var detail = Map.of("@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode", fcmCode);
        return answer(request, status, Map.of("error",
                Map.of("code", status, "message", words, "status", rpcStatus, "details", List.of(detail))));
    }

    private static Response answer(Request request, int status, Map<String, ?> body) {
        return new Response.Builder().request(request)
                .protocol(Protocol.HTTP_2)
                .code(status)
                .message("Simulated")
                .body(ResponseBody.create(JsonMapper.shared().writeValueAsBytes(body), JSON))
                .build();
    }

    private static String privateKey() {
        try {
            var pair = KeyPairGenerator.getInstance("RSA");
            pair.initialize(KEY_BITS);
            var encoded = pair.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(encoded)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no RSA", e);
        }
    }
}
