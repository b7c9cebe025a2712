package dev.ringback.notify.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.FaultProxy;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What trying the credentials says.
class FcmCheckTests {
    @AutoClose
    private final FakeFcm fcm = new FakeFcm();

    @Test
    void itSendsToNobodyAndNothing() throws Exception {
        assertThat(fcm.notifier().check().ok()).isTrue();
        assertThat(fcm.lastSent().body().path("validate_only").booleanValue()).isTrue();
        assertThat(fcm.lastSent().message().propertyNames()).containsExactly("token");
    }

    @Test
    void whoIsToldThatTheTokenIsWrongMaySend() throws Exception {
        fcm.answers(FakeFcm.answer(400, """
                {"error": {"code": 400, "message": "The registration token is not a valid FCM registration token",
                  "status": "INVALID_ARGUMENT"}}"""));
        assertThat(fcm.notifier().check().ok()).isTrue();
        fcm.answers(FakeFcm.error(404, "NOT_FOUND", "UNREGISTERED"));
        assertThat(fcm.notifier().check().ok()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"401, UNAUTHENTICATED, access token", "403, PERMISSION_DENIED, may not send for project ringback-test",
            "404, NOT_FOUND, knows no project ringback-test", "400, INVALID_ARGUMENT, HTTP 400 (INVALID_ARGUMENT)",
            "503, UNAVAILABLE, HTTP 503 (UNAVAILABLE)"})
    void whatIsWrongIsSaid(int status, String code, String words) throws Exception {
        assertWrong(FakeFcm.answer(status, """
                {"error": {"code": %d, "message": "the-answers-words", "status": "%s"}}""".formatted(status, code)),
                words);
    }

    @Test
    void aKeyThatIsRefusedIsSaid() throws Exception {
        fcm.tokenEndpointAnswers(FakeFcm.answer(400, "{\"error\": \"invalid_grant\"}"));
        var check = fcm.notifier().check();
        assertThat(check.ok()).isFalse();
        assertThat(check.message()).contains("token endpoint localhost refuses", "invalid_grant", "clock");
    }

    @Test
    void aServerThatCannotBeReachedIsSaid() throws Exception {
        fcm.network().be(new FaultProxy.Mode.Refuse());
        var check = fcm.notifier().check();
        assertThat(check.ok()).isFalse();
        assertThat(check.message()).contains("cannot be reached", "ringback.fcm.base-url");
    }

    private void assertWrong(MockResponse answer, String words) throws InterruptedException {
        fcm.answers(answer);
        var check = fcm.notifier().check();
        assertThat(check.ok()).isFalse();
        assertThat(check.message()).contains(words).doesNotContain("the-answers-words");
    }
}
