package dev.ringback.notify.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ringback.device.Platform;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Outcome.DeadToken;
import dev.ringback.notify.Outcome.Refused;
import dev.ringback.notify.Outcome.TryLater;
import dev.ringback.notify.Pushes;
import java.time.Duration;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What each answer of FCM and of the token endpoint becomes, over the wire, and that each is asked for once.
class FcmErrorsTests {
    private static final String DATE = "Sat, 21 Nov 2026 12:00:00 GMT";
    private static final String IN_9_SECONDS = "Sat, 21 Nov 2026 12:00:09 GMT";

    @AutoClose
    private final FakeFcm fcm = new FakeFcm();

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void fcmsAnswerBecomes(String name, MockResponse answer, Outcome outcome) throws Exception {
        fcm.answers(answer);
        assertThat(send()).isEqualTo(outcome);
        assertThat(fcm.sent()).hasSize(1);
        assertThat(fcm.assertions()).hasSize(1);
    }

    static Stream<Arguments> fcmsAnswerBecomes() {
        return Stream.of(
                arguments("unregistered", fcm(404, "NOT_FOUND", "UNREGISTERED"), dead("UNREGISTERED")),
                arguments("other sender", fcm(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"),
                        dead("SENDER_ID_MISMATCH")),
                arguments("token named by field", badField("message.token"), dead("INVALID_ARGUMENT")),
                arguments("token named in words", badToken(), dead("INVALID_ARGUMENT")),
                arguments("other field named", badField("message.data[0].value"), new Refused("INVALID_ARGUMENT")),
                arguments("nothing named", fcm(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
                        new Refused("INVALID_ARGUMENT")),
                arguments("APNs key", fcm(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"),
                        new Refused("THIRD_PARTY_AUTH_ERROR")),
                arguments("401", plain(401, "UNAUTHENTICATED"), new Refused("UNAUTHENTICATED")),
                arguments("403", plain(403, "PERMISSION_DENIED"), new Refused("PERMISSION_DENIED")),
                arguments("404 of an unknown project", plain(404, "NOT_FOUND"), new Refused("NOT_FOUND")),
                arguments("404 of another server", html(404), new Refused("HTTP 404")),
                arguments("redirect", FakeFcm.answer(302, "", "Location", "/token"), new Refused("HTTP 302")),
                arguments("413", html(413), new Refused("HTTP 413")),
                arguments("408", html(408), later("HTTP 408", null)),
                arguments("unavailable", fcm(503, "UNAVAILABLE", "UNAVAILABLE"), later("UNAVAILABLE", null)),
                arguments("unavailable for 7 s", fcm(503, "UNAVAILABLE", "UNAVAILABLE", "Retry-After", "7"),
                        later("UNAVAILABLE", 7)),
                arguments("come at once", fcm(503, "UNAVAILABLE", "UNAVAILABLE", "Retry-After", "0"),
                        later("UNAVAILABLE", 0)),
                arguments("unavailable until", fcm(503, "UNAVAILABLE", "UNAVAILABLE", "Date", DATE, "Retry-After",
                        IN_9_SECONDS), later("UNAVAILABLE", 9)),
                arguments("nonsense to wait for", fcm(503, "UNAVAILABLE", "UNAVAILABLE", "Retry-After", "soon"),
                        later("UNAVAILABLE", null)),
                arguments("internal", fcm(500, "INTERNAL", "INTERNAL", "Retry-After", "3"), later("INTERNAL", 3)),
                arguments("503 without code", html(503), later("HTTP 503", null)),
                arguments("502 without code", html(502), later("HTTP 502", null)),
                arguments("quota", fcm(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), later("QUOTA_EXCEEDED", 60)),
                arguments("quota, shorter", fcm(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "Retry-After", "5"),
                        later("QUOTA_EXCEEDED", 60)),
                arguments("quota, longer", fcm(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "Retry-After", "90"),
                        later("QUOTA_EXCEEDED", 90)),
                arguments("429 without code", html(429), later("HTTP 429", 60)),
                arguments("unknown code", fcm(400, "FAILED_PRECONDITION", "NEW_CODE"), new Refused("NEW_CODE")),
                arguments("unknown code, 500", fcm(500, "INTERNAL", "UNSPECIFIED_ERROR"),
                        later("UNSPECIFIED_ERROR", null)),
                arguments("code that is a text", fcm(400, "BAD", "no such <code>"), new Refused("BAD")),
                arguments("success that is none", html(200), later("unreadable", null)),
                arguments("success without a name", FakeFcm.answer(200, "{}"), later("unreadable", null)),
                arguments("endless answer", FakeFcm.answer(200, "x".repeat(70_000)), later("connection", null)),
                arguments("endless error", FakeFcm.answer(400, "x".repeat(70_000)), later("connection", null)),
                arguments("connection lost", lost(), later("connection", null)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void theTokenEndpointsAnswerBecomes(String name, MockResponse answer, Outcome outcome) throws Exception {
        fcm.tokenEndpointAnswers(answer);
        assertThat(send()).isEqualTo(outcome);
        assertThat(fcm.sent()).isEmpty();
        assertThat(fcm.assertions()).hasSize(1);
    }

    static Stream<Arguments> theTokenEndpointsAnswerBecomes() {
        return Stream.of(
                arguments("key refused", FakeFcm.answer(400, """
                        {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}"""),
                        new Refused("invalid_grant")),
                arguments("not found", html(404), new Refused("HTTP 404")),
                arguments("down", FakeFcm.answer(503, "", "Retry-After", "4"), later("HTTP 503", 4)),
                arguments("broken", FakeFcm.answer(500, """
                        {"error": "internal_failure"}"""), later("internal_failure", null)),
                arguments("no token in it", FakeFcm.answer(200, "{}"), later("connection", null)),
                arguments("connection lost", lost(), later("connection", null)));
    }

    /// A clock that was put back keeps a token in use that has ended.
    @Test
    void aTokenThatFcmRefusesIsFetchedAnewButNotEachTime() throws Exception {
        fcm.answers(plain(401, "UNAUTHENTICATED"));
        for (int i = 0; i < 5; i++) {
            assertThat(send()).isEqualTo(new Refused("UNAUTHENTICATED"));
        }
        assertThat(fcm.sent().stream().map(FakeFcm.Sent::authorization).distinct())
                .containsExactly("Bearer access-1", "Bearer access-2");
    }

    private Outcome send() throws InterruptedException {
        return fcm.notifier().send(Pushes.ring(FakeFcm.token(Platform.ANDROID)));
    }

    private static DeadToken dead(String code) {
        return new DeadToken(code, null);
    }

    private static TryLater later(String code, @Nullable Integer seconds) {
        return new TryLater(code, seconds == null ? null : Duration.ofSeconds(seconds));
    }

    private static MockResponse fcm(int status, String rpcStatus, String code, String... headers) {
        return FakeFcm.error(status, rpcStatus, code, headers);
    }

    /// As Google's front end answers, before FCM sees anything.
    private static MockResponse plain(int status, String rpcStatus) {
        return FakeFcm.answer(status, """
                {"error": {"code": %d, "message": "In words.", "status": "%s"}}""".formatted(status, rpcStatus));
    }

    private static MockResponse html(int status) {
        return FakeFcm.answer(status, "<html>UNREGISTERED</html>");
    }

    private static MockResponse badField(String field) {
        return FakeFcm.answer(400, """
                {"error": {"code": 400, "message": "Invalid value", "status": "INVALID_ARGUMENT", "details": [
                  {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [
                    {"field": "%s", "description": "Invalid value"}]}]}}""".formatted(field));
    }

    private static MockResponse badToken() {
        return FakeFcm.answer(400,
                """
                        {"error": {"code": 400, "message": "The registration token is not a valid FCM registration token",
                          "status": "INVALID_ARGUMENT", "details": [
                          {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "INVALID_ARGUMENT"}]}}""");
    }

    private static MockResponse lost() {
        return new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
    }
}
