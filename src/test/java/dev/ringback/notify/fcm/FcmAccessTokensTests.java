package dev.ringback.notify.fcm;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.device.Platform;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Outcome.Delivered;
import dev.ringback.notify.Pushes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where the access token comes from, how often, and that no send is held up by another one's.
@Timeout(30)
class FcmAccessTokensTests {
    @AutoClose
    private final FakeFcm fcm = new FakeFcm();

    @Test
    void theTokenIsAskedForBySignedAssertionAndSentToFcm() throws Exception {
        send();
        assertThat(fcm.lastSent().authorization()).isEqualTo("Bearer access-1");
        var claims = claims(fcm.assertions().getFirst());
        assertThat(claims.path("iss").stringValue()).isEqualTo("ringback@ringback-test.iam.gserviceaccount.com");
        assertThat(claims.path("aud").stringValue()).isEqualTo("https://oauth2.googleapis.com/token");
        assertThat(claims.path("scope").stringValue())
                .isEqualTo("https://www.googleapis.com/auth/firebase.messaging");
    }

    @Test
    void oneTokenServesManySends() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = IntStream.range(0, 100).mapToObj(_ -> threads.submit(this::send)).toList();
            for (var result : results) {
                assertThat(result.get()).isInstanceOf(Delivered.class);
            }
        }
        assertThat(fcm.assertions()).hasSize(1);
    }

    @Test
    void aTokenThatEndsSoonIsRenewedWhileItIsStillUsed() throws Exception {
        fcm.tokenEndpointAnswers(token("short-lived", 200));
        send();
        fcm.tokenEndpointAnswers(token("next", 3600).newBuilder().headersDelay(1, SECONDS).build());
        send();
        assertThat(fcm.lastSent().authorization()).isEqualTo("Bearer short-lived");
        await().untilAsserted(() -> {
            send();
            assertThat(fcm.lastSent().authorization()).isEqualTo("Bearer next");
        });
        assertThat(fcm.assertions()).hasSize(2);
    }

    @Test
    void aSendThatIsGivenUpDoesNotTakeTheTokenFromTheOthers() throws Exception {
        fcm.tokenEndpointAnswers(token("late", 3600).newBuilder().headersDelay(3, SECONDS).build());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var givenUp = threads.submit(this::send);
            await().until(() -> fcm.assertions().size() == 1);
            var other = threads.submit(this::send);
            givenUp.cancel(true);
            assertThat(other.get()).isInstanceOf(Delivered.class);
        }
        assertThat(fcm.sent()).hasSize(1);
        assertThat(fcm.assertions()).hasSize(1);
    }

    private Outcome send() throws InterruptedException {
        return fcm.notifier().send(Pushes.ring(FakeFcm.token(Platform.ANDROID)));
    }

    private static MockResponse token(String token, int seconds) {
        return FakeFcm.json(200, Map.of("access_token", token, "token_type", "Bearer", "expires_in", seconds));
    }

    private static JsonNode claims(String form) {
        var assertion = URLDecoder.decode(form.substring(form.indexOf("assertion=") + 10), StandardCharsets.UTF_8);
        var start = assertion.indexOf('.') + 1;
        return JsonMapper.shared()
                .readTree(Base64.getUrlDecoder().decode(assertion.substring(start, assertion.indexOf('.', start))));
    }
}
