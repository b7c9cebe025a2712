package dev.ringback.notify.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.RejectionReason;
import com.eatthepath.pushy.apns.server.UnregisteredDeviceTokenException;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Outcome.DeadToken;
import dev.ringback.notify.Outcome.Refused;
import dev.ringback.notify.Outcome.TryLater;
import dev.ringback.notify.Pushes;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What each of Apple's words leads to.
class ApnsErrorsTests {
    private static final Instant SINCE = Instant.parse("2026-01-01T10:00:00.123Z");

    @AutoClose
    private static final FakeApns APNS = new FakeApns();
    @AutoClose
    private static final ApnsNotifier NOTIFIER = APNS.notifier();

    @ParameterizedTest
    @EnumSource
    void everyRejectionLeadsToItsOutcome(RejectionReason reason) throws Exception {
        var code = word(reason);
        APNS.refuse(reason);
        assertThat(NOTIFIER.send(Pushes.ring(ApnsTokens.voip()))).isEqualTo(switch (reason) {
            case BAD_DEVICE_TOKEN, UNREGISTERED -> new DeadToken(code, null);
            case BAD_COLLAPSE_ID, BAD_EXPIRATION_DATE, BAD_MESSAGE_ID, BAD_PRIORITY, BAD_TOPIC,
                    DEVICE_TOKEN_NOT_FOR_TOPIC, DUPLICATE_HEADERS, INVALID_PUSH_TYPE, MISSING_DEVICE_TOKEN,
                    MISSING_TOPIC, PAYLOAD_EMPTY, TOPIC_DISALLOWED, BAD_CERTIFICATE, BAD_CERTIFICATE_ENVIRONMENT,
                    EXPIRED_PROVIDER_TOKEN, FORBIDDEN, INVALID_PROVIDER_TOKEN, MISSING_PROVIDER_TOKEN, BAD_PATH,
                    METHOD_NOT_ALLOWED, PAYLOAD_TOO_LARGE, TOO_MANY_PROVIDER_TOKEN_UPDATES ->
                new Refused(code);
            case TOO_MANY_REQUESTS -> new TryLater(code, ApnsErrors.DEVICE_PAUSE);
            case IDLE_TIMEOUT, INTERNAL_SERVER_ERROR, SERVICE_UNAVAILABLE, SHUTDOWN -> new TryLater(code, null);
        });
    }

    @Test
    void aDeadTokenIsDeadSinceAppleFoundOut() throws Exception {
        APNS.refuse(new UnregisteredDeviceTokenException(SINCE));
        assertThat(NOTIFIER.send(Pushes.ring(ApnsTokens.voip()))).isEqualTo(new DeadToken("Unregistered", SINCE));
    }

    /// What the stand-in cannot say.
    @ParameterizedTest
    @CsvSource({
            "410, ExpiredToken, DEAD_SINCE",
            "410, SomethingNew, DEAD_SINCE",
            "403, BadEnvironmentKeyIdInToken, REFUSED",
            "403, UnrelatedKeyIdInToken, REFUSED",
            "400, SomethingNew, REFUSED",
            "404, HTTP 404, REFUSED",
            "429, SomethingNew, TRY_LATER",
            "500, SomethingNew, TRY_LATER",
            "503, HTTP 503, TRY_LATER"})
    void anUnknownWordIsJudgedByItsStatus(int status, String reason, Expected expected) {
        assertThat(ApnsErrors.outcome(new Reply.Rejected(status, reason, SINCE))).isEqualTo(expected.outcome(reason));
    }

    /// Constants are named after the words.
    private static String word(RejectionReason reason) {
        return Arrays.stream(reason.name().split("_", -1))
                .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    enum Expected {
        DEAD_SINCE, REFUSED, TRY_LATER;

        Outcome outcome(String code) {
            return switch (this) {
                case DEAD_SINCE -> new DeadToken(code, SINCE);
                case REFUSED -> new Refused(code);
                case TRY_LATER -> new TryLater(code, null);
            };
        }
    }

}
