package dev.ringback.notify.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.device.Platform;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import dev.ringback.notify.Pushes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What FCM is sent, to the letter.
class FcmMessagesTests {
    private static final Duration LEFT = Duration.ofMillis(29_900);
    private static final JsonMapper JSON = JsonMapper.shared();

    @AutoClose
    private final FakeFcm fcm = new FakeFcm();

    @Test
    void androidGetsDataOfHighPriorityWithoutCollapseKey() throws Exception {
        var sent = sent(push(NoticeType.INCOMING_CALL, Platform.ANDROID));
        assertThat(without(sent, "data", "token")).isEqualTo(JSON.readTree("""
                {"android": {"priority": "high", "ttl": "29s"}}"""));
    }

    @Test
    void aMissedCallDoesNotWakeAndroid() throws Exception {
        assertThat(sent(push(NoticeType.CALL_MISSED, Platform.ANDROID)).at("/android/priority").stringValue())
                .isEqualTo("normal");
    }

    @Test
    void anIosAppGetsAnAlert() throws Exception {
        var push = push(NoticeType.INCOMING_CALL, Platform.FCM_IOS);
        assertThat(without(sent(push), "data", "token")).isEqualTo(JSON.readTree("""
                {"apns": {
                  "headers": {"apns-priority": "10", "apns-push-type": "alert", "apns-expiration": "%d"},
                  "payload": {"aps": {"alert": {"title": "Zoë Ünal", "body": "Incoming video call"},
                    "sound": "default", "thread-id": "%s", "content-available": 1}}}}"""
                .formatted(push.validUntil().getEpochSecond(), push.notice().call().callId())));
    }

    @Test
    void aStopIsSeenAndNotHeard() throws Exception {
        var aps = sent(push(NoticeType.CALL_CANCELLED, Platform.FCM_IOS)).at("/apns/payload/aps");
        assertThat(aps.at("/alert/body").stringValue()).isEqualTo("Missed video call");
        assertThat(aps.has("sound")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"INCOMING_CALL, high", "CALL_CANCELLED, high", "CALL_MISSED, normal"})
    void aWebPageGetsDataAndDrawsTheNotificationItself(NoticeType type, String urgency) throws Exception {
        assertThat(without(sent(push(type, Platform.FCM_WEB)), "data", "token")).isEqualTo(JSON.readTree("""
                {"webpush": {"headers": {"Urgency": "%s", "TTL": "29"}}}""".formatted(urgency)));
    }

    @ParameterizedTest
    @EnumSource(names = {"ANDROID", "FCM_IOS", "FCM_WEB"})
    void theEventIsDataOfTextsUnderNamesThatFcmAllows(Platform platform) throws Exception {
        var push = Pushes.push(NoticeType.INCOMING_CALL, FakeFcm.token(platform), "{\"a\":[1]}", LEFT);
        var sent = sent(push);
        assertThat(sent.path("token").stringValue()).isEqualTo(push.to().token());
        assertThat(sent.path("data").properties()).allSatisfy(member -> {
            assertThat(member.getValue().isString()).isTrue();
            assertThat(member.getKey()).doesNotMatch("from|message_type|collapse_key|aps|google.*|gcm.*");
        });
        assertThat(sent.at("/data/custom").stringValue()).isEqualTo("{\"a\":[1]}");
        assertThat(sent.at("/data/version").stringValue()).isEqualTo("1");
    }

    @Test
    void androidsDataFillsTheLimitAndNoMore() throws Exception {
        assertThat(textBytes(sent(large(Platform.ANDROID, "x", 2000)).path("data")))
                .isGreaterThan(FcmMessages.MAX_BYTES - 1000)
                .isLessThanOrEqualTo(FcmMessages.MAX_BYTES);
        assertThat(textBytes(sent(large(Platform.ANDROID, "x", 3000)).path("data")))
                .isLessThanOrEqualTo(FcmMessages.MAX_BYTES);
    }

    /// Each quote takes two bytes in the JSON that FCM passes on; the `custom` here is small enough as a text only.
    @ParameterizedTest
    @EnumSource(names = {"FCM_IOS", "FCM_WEB"})
    void whatIsPassedOnFitsAsJson(Platform platform) throws Exception {
        var sent = sent(large(platform, "\\\"", 800));
        assertThat(sent.path("data").has("action_token")).isTrue();
        var passedOn = JSON.writeValueAsBytes(sent.path("data")).length
                + JSON.writeValueAsBytes(sent.path("apns").path("payload")).length;
        assertThat(passedOn).isLessThanOrEqualTo(4096 - 200);
    }

    @Test
    void aRingWithLessThanASecondLeftIsForNowOrNever() throws Exception {
        var push = Pushes.push(NoticeType.INCOMING_CALL, FakeFcm.token(Platform.ANDROID), null, Duration.ofMillis(300));
        assertThat(sent(push).at("/android/ttl").stringValue()).isEqualTo("0s");
    }

    @Test
    void onlyWhatADeviceMustKnowIsCarried() {
        assertThat(fcm.notifier().carries(NoticeType.CALL_RINGING, Platform.ANDROID)).isFalse();
        assertThat(fcm.notifier().carries(NoticeType.CALL_ACCEPTED, Platform.ANDROID)).isFalse();
        assertThat(fcm.notifier().carries(NoticeType.INCOMING_CALL, Platform.IOS)).isFalse();
        assertThat(fcm.notifier().carries(NoticeType.CALL_ENDED, Platform.FCM_WEB)).isTrue();
    }

    @Test
    void fcmsNameOfTheMessageIsKept() throws Exception {
        assertThat(fcm.notifier().send(push(NoticeType.INCOMING_CALL, Platform.ANDROID)))
                .isEqualTo(new Outcome.Delivered("projects/ringback-test/messages/0:1"));
    }

    private static Push push(NoticeType type, Platform platform) {
        return Pushes.push(type, FakeFcm.token(platform), null, LEFT);
    }

    private static Push large(Platform platform, String filler, int times) {
        var custom = JSON.writeValueAsString(Map.of("text", "y")).replace("y", filler.repeat(times));
        var push = Pushes.push(NoticeType.INCOMING_CALL, FakeFcm.token(platform), custom, LEFT, "名".repeat(100));
        return new Push(push.id(), push.notice(), push.to(), "a".repeat(1500), push.validUntil(), push.timeLeft());
    }

    private JsonNode sent(Push push) throws InterruptedException {
        assertThat(fcm.notifier().send(push)).isInstanceOf(Outcome.Delivered.class);
        return fcm.lastSent().message();
    }

    private static JsonNode without(JsonNode message, String... members) {
        var rest = message.deepCopy().asObject();
        for (var member : members) {
            assertThat(rest.remove(member)).isNotNull();
        }
        return rest;
    }

    private static int textBytes(JsonNode data) {
        return data.properties().stream().mapToInt(m -> utf8(m.getKey()) + utf8(m.getValue().stringValue())).sum();
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
