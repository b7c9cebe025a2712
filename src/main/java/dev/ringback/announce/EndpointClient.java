package dev.ringback.announce;

import dev.ringback.net.AddressNotAllowed;
import dev.ringback.net.AddressRules;
import dev.ringback.net.GuardedHttp;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

/// Sends messages to endpoints, to nobody else, and reads of the answers what their head says.
final class EndpointClient {
    private static final MediaType JSON = MediaType.get("application/json");
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /// Ends before the whole does: only a stream that has timed out by itself makes OkHttp doubt its HTTP/2 connection.
    private static final Duration READ = Duration.ofSeconds(8);
    private static final Duration TOTAL = Duration.ofSeconds(10);
    private static final int IDLE_CONNECTIONS = 16;
    private static final int IDLE_SECONDS = 30;
    private static final int GONE = 410;

    private final OkHttpClient http;

    /// @param rules for the addresses, as they are connected to
    EndpointClient(AddressRules rules) {
        this(http(rules).build());
    }

    EndpointClient(OkHttpClient http) {
        this.http = http;
    }

    static OkHttpClient.Builder http(AddressRules rules) {
        return GuardedHttp.builder(rules::addresses, rules::allows)
                .connectTimeout(CONNECT)
                .readTimeout(READ)
                .writeTimeout(READ)
                .callTimeout(TOTAL)
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS));
    }

    /// Takes 10 s at most.
    ///
    /// @param now of this attempt; a receiver refuses what is minutes old
    Answer send(Endpoint endpoint, Message message, Instant now) {
        try (var response = http.newCall(request(endpoint, message, now.getEpochSecond())).execute()) {
            // the body is of no use and could be endless: it is closed unread
            return answer(response.code());
        } catch (IOException failure) {
            return new Answer.Failed(code(failure));
        }
    }

    private static Answer answer(int status) {
        if (status >= 200 && status < 300) {
            return new Answer.Taken();
        }
        return status == GONE ? new Answer.Gone() : new Answer.Failed(Integer.toString(status));
    }

    private static String code(IOException failure) {
        if (AddressNotAllowed.isBehind(failure)) {
            return "address_not_allowed";
        }
        return failure instanceof InterruptedIOException ? "timeout" : "connection";
    }

    /// Standard Webhooks, *Webhook headers*.
    private static Request request(Endpoint endpoint, Message message, long timestamp) {
        return new Request.Builder().url(endpoint.url())
                .header("User-Agent", "Ringback")
                .header("webhook-id", message.webhookId())
                .header("webhook-timestamp", Long.toString(timestamp))
                .header("webhook-signature",
                        endpoint.signer().signatures(message.webhookId(), timestamp, message.body()))
                .post(RequestBody.create(message.body(), JSON))
                .build();
    }
}
