package dev.ringback.notify.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import dev.ringback.notify.Pushes;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Apple's server gets to see.
class ApnsRequestsTests {
    @AutoClose
    private static final FakeApns APNS = new FakeApns();
    @AutoClose
    private static final ApnsNotifier NOTIFIER = APNS.notifier();

    @Test
    void aVoipRingHasTheHeadersThatAppleAsksFor() throws Exception {
        var push = Pushes.ring(ApnsTokens.voip());
        var request = sent(push);
        assertThat(request.path()).isEqualTo("/3/device/" + push.to().token());
        assertThat(request.header("apns-topic")).isEqualTo("org.example.app.voip");
        assertThat(request.header("apns-push-type")).isEqualTo("voip");
        assertThat(request.header("apns-priority")).isEqualTo("10");
        assertThat(request.header("apns-expiration")).isEqualTo(Long.toString(push.validUntil().getEpochSecond()));
        assertThat(request.header("apns-id")).isEqualTo(push.id().toString());
        assertThat(request.headers()).doesNotContainKey("apns-collapse-id");
    }

    @Test
    void aVoipRingShowsNothingByItself() throws Exception {
        var request = sent(Pushes.ring(ApnsTokens.voip()));
        assertThat(request.aps().isObject()).isTrue();
        assertThat(request.aps().isEmpty()).isTrue();
    }

    @Test
    void aRingOnAnAlertTokenIsShownAtOnce() throws Exception {
        var push = Pushes.ring(ApnsTokens.alert());
        var request = sent(push);
        assertThat(request.header("apns-topic")).isEqualTo("org.example.app");
        assertThat(request.header("apns-push-type")).isEqualTo("alert");
        assertThat(request.header("apns-priority")).isEqualTo("10");
        assertThat(request.aps()).isEqualTo(json("""
                {"alert": {"title": "Zoë Ünal", "body": "Incoming video call"}, "sound": "default",
                 "interruption-level": "time-sensitive", "content-available": 1}"""));
    }

    @Test
    void aMissedCallIsShownInTheRingsPlace() throws Exception {
        var ring = Pushes.ring(ApnsTokens.alert());
        var missed = Pushes.push(NoticeType.CALL_MISSED, ring.to(), null, Duration.ofHours(1));
        var request = sent(missed);
        assertThat(request.header("apns-collapse-id")).isEqualTo(missed.notice().call().callId().toString());
        assertThat(request.header("apns-push-type")).isEqualTo("alert");
        assertThat(request.header("apns-priority")).isEqualTo("10");
        assertThat(request.aps()).isEqualTo(json("""
                {"alert": {"title": "Zoë Ünal", "body": "Missed video call"}, "sound": "default"}"""));
        assertThat(sent(ring).header("apns-collapse-id")).isEqualTo(ring.notice().call().callId().toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"CALL_CANCELLED", "CALL_ANSWERED_ELSEWHERE", "CALL_ENDED"})
    void theEndOfARingIsToldInTheBackground(NoticeType type) throws Exception {
        var push = Pushes.push(type, ApnsTokens.alert(), null, Duration.ofSeconds(20));
        var request = sent(push);
        assertThat(request.header("apns-push-type")).isEqualTo("background");
        assertThat(request.header("apns-priority")).isEqualTo("5");
        assertThat(request.header("apns-collapse-id")).isEqualTo(push.notice().call().callId().toString());
        assertThat(request.aps()).isEqualTo(json("{\"content-available\": 1}"));
    }

    @ParameterizedTest
    @CsvSource({"IOS, 5120", "IOS_ALERT, 4096"})
    void alsoTheLargestRingFits(Platform platform, int limit) throws Exception {
        var custom = "{\"text\":\"" + "ü".repeat(1000) + "\"}";
        var ring = Pushes.push(NoticeType.INCOMING_CALL, ApnsTokens.token(platform, null, Environment.PRODUCTION),
                custom, Duration.ofSeconds(30), "名".repeat(100));
        var large = new Push(ring.id(), ring.notice(), ring.to(), "a".repeat(platform == Platform.IOS ? 3400 : 2400),
                ring.validUntil(),
                ring.timeLeft());
        var request = sent(large);
        assertThat(request.bytes()).isLessThanOrEqualTo(limit);
        assertThat(request.members()).containsKeys("call_id", "caller_name", "action_token")
                .doesNotContainKey("custom");
    }

    @ParameterizedTest
    @MethodSource("apps")
    void aDevicesOwnAppIsTheTopic(Platform platform, @Nullable String appId, String topic) throws Exception {
        var token = ApnsTokens.token(platform, appId, Environment.PRODUCTION);
        assertThat(sent(Pushes.ring(token)).header("apns-topic")).isEqualTo(topic);
    }

    static Stream<Object[]> apps() {
        return Stream.of(
                new Object[]{Platform.IOS, "org.example.other", "org.example.other.voip"},
                new Object[]{Platform.IOS, "org.example.other.voip", "org.example.other.voip"},
                new Object[]{Platform.IOS_ALERT, "org.example.other", "org.example.other"},
                new Object[]{Platform.IOS, "no app\r\n", "org.example.app.voip"},
                new Object[]{Platform.IOS_ALERT, "", "org.example.app"});
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "../../4/broadcast", "zz00112233445566", "00112233445566 7"})
    void aTokenThatAppleNeverGaveOutIsNotAskedFor(String token) throws Exception {
        var before = APNS.requests().size();
        var push = Pushes.ring(ApnsTokens.token(Platform.IOS, null, Environment.PRODUCTION, token));
        assertThat(NOTIFIER.send(push)).isEqualTo(new Outcome.DeadToken("BadDeviceToken", null));
        assertThat(APNS.requests()).hasSize(before);
    }

    @Test
    void requestsAreSignedWithTheKey() throws Exception {
        var authorization = Objects.requireNonNull(sent(Pushes.ring(ApnsTokens.voip())).header("authorization"));
        assertThat(authorization).startsWithIgnoringCase("bearer ");
        var jwt = SignedJWT.parse(authorization.substring("bearer ".length()));
        assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo("ES256");
        assertThat(jwt.getHeader().getKeyID()).isEqualTo("KEY1234567");
        assertThat(jwt.getJWTClaimsSet().getIssuer()).isEqualTo("TEAM123456");
        // pushy leaves the signature in DER, which Apple takes as well
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(Credentials.SIGNING_KEY.getPublic());
        signature.update(jwt.getSigningInput());
        assertThat(signature.verify(jwt.getSignature().decode())).isTrue();
    }

    @Test
    void aVoipTokenIsToldOfRingsOnly() {
        assertThat(Stream.of(NoticeType.values()).filter(type -> NOTIFIER.carries(type, Platform.IOS)))
                .containsExactly(NoticeType.INCOMING_CALL);
    }

    @Test
    void aVoipTokenIsToldOfTheEndWhereTheOperatorAsksForIt() {
        try (var notifier = ApnsConfiguration.notifier(APNS.settings(true), (_, _) -> {},
                Clock.systemUTC())) {
            assertThat(Stream.of(NoticeType.values()).filter(type -> notifier.carries(type, Platform.IOS)))
                    .containsExactlyInAnyOrder(NoticeType.INCOMING_CALL, NoticeType.CALL_CANCELLED,
                            NoticeType.CALL_ANSWERED_ELSEWHERE, NoticeType.CALL_ENDED);
        }
    }

    @Test
    void anAlertTokenIsToldWhatConcernsTheCalledUser() {
        assertThat(Stream.of(NoticeType.values()).filter(type -> NOTIFIER.carries(type, Platform.IOS_ALERT)))
                .containsExactlyInAnyOrder(NoticeType.INCOMING_CALL, NoticeType.CALL_MISSED,
                        NoticeType.CALL_CANCELLED, NoticeType.CALL_ANSWERED_ELSEWHERE, NoticeType.CALL_ENDED);
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static ApnsRequest sent(Push push) throws InterruptedException {
        assertThat(NOTIFIER.send(push)).isEqualTo(new Outcome.Delivered(push.id().toString()));
        return APNS.lastRequest();
    }
}
