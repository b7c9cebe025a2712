package dev.ringback.notify.webpush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.device.Endpoints;
import dev.ringback.device.Platform;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import dev.ringback.notify.Pushes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every answer of a push service, over the wire.
@Timeout(30)
class WebPushAnswersTests {
    private final FakePushService service = new FakePushService();

    @AfterEach
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202})
    void whatWasTakenIsDelivered(int status) throws Exception {
        assertThat(outcome(FakePushService.answer(status))).isInstanceOf(Outcome.Delivered.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void aSubscriptionThatIsGoneIsDead(int status) throws Exception {
        assertThat(outcome(FakePushService.answer(status).body("gone")))
                .isEqualTo(new Outcome.DeadToken(Integer.toString(status), null));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 402, 403, 405, 406, 408, 409, 411, 413, 415, 418, 421, 422, 304})
    void ourOwnFaultKeepsTheSubscription(int status) throws Exception {
        assertThat(outcome(FakePushService.answer(status)))
                .isEqualTo(new Outcome.Refused(Integer.toString(status)));
        assertThat(service.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504, 507, 599})
    void whatMayPassIsTriedLater(int status) throws Exception {
        assertThat(outcome(FakePushService.answer(status)))
                .isEqualTo(new Outcome.TryLater(Integer.toString(status), null));
        assertThat(outcome(FakePushService.answer(status).addHeader("Retry-After", "0")))
                .isEqualTo(new Outcome.TryLater(Integer.toString(status), Duration.ZERO));
        assertThat(service.requests()).as("nothing is repeated here").hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"7, PT7S", "' 120 ', PT2M", "'Sat, 01 Jan 2028 00:00:30 GMT', PT30S",
            "'Fri, 31 Dec 2027 23:59:59 GMT', PT0S", "-5,", "soon,", "99999999999,", "1.5,", "'',"})
    void theServicesDelayIsReadInBothForms(String header, Duration expected) {
        var now = Instant.parse("2028-01-01T00:00:00Z");
        assertThat(WebPushErrors.outcome(503, null, header, now)).isEqualTo(new Outcome.TryLater("503", expected));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsNotFollowed(int status) throws Exception {
        try (var inside = new FakePushService()) {
            var redirect = FakePushService.answer(status)
                    .addHeader("Location", "https://localhost:" + inside.port() + "/secret");
            assertThat(outcome(redirect)).isEqualTo(new Outcome.Refused("redirect"));
            assertThat(inside.requests()).isEmpty();
        }
    }

    @Test
    void anEndlessBodyIsNotRead() throws Exception {
        var large = FakePushService.answer(410)
                .body(new Buffer().write(new byte[1 << 20]))
                .throttleBody(1024, 1,
                        TimeUnit.SECONDS);
        assertThat(outcome(large)).isInstanceOf(Outcome.DeadToken.class);
    }

    @Test
    void aBrokenConnectionIsTriedLater() throws Exception {
        try (var broken = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        broken.accept().close();
                    }
                } catch (IOException _) {
                    // the test is over
                }
            });
            assertThat(service.notifier().send(pushTo("https://localhost:" + broken.getLocalPort() + "/x")))
                    .isEqualTo(new Outcome.TryLater("connection", null));
        }
    }

    @Test
    void anUnknownHostIsTriedLater() throws Exception {
        var rules = Endpoints.standard("");
        assertThat(FakePushService.notifier(rules).send(pushTo("https://fcm.googleapis.com/x")))
                .isEqualTo(new Outcome.TryLater("connection", null));
    }

    @ParameterizedTest
    @CsvSource({"https://localhost/m/abc, abc", "/m/def, def", "xyz, xyz", "https://localhost/m/,", "'',"})
    void theMessageIsNamedByTheEndOfItsLocation(String location, String expected) throws Exception {
        assertThat(outcome(FakePushService.answer(200).addHeader("Location", location)))
                .isEqualTo(new Outcome.Delivered(expected));
    }

    @Test
    void applesNameOfAMessageIsItsApnsId() throws Exception {
        assertThat(outcome(FakePushService.answer(200).addHeader("apns-id", "6D5A")))
                .isEqualTo(new Outcome.Delivered("6D5A"));
    }

    private Push pushTo(String endpoint) {
        return Pushes.ring(Tokens.at(service.token(Platform.WEB), endpoint));
    }

    private Outcome outcome(MockResponse.Builder answer) throws InterruptedException {
        service.answer(answer.build());
        return service.notifier().send(Pushes.ring(service.token(Platform.WEB)));
    }
}
