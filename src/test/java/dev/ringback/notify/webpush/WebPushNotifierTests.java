package dev.ringback.notify.webpush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.device.Endpoints;
import dev.ringback.device.Platform;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.NotifierContract;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Pushes;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WebPushNotifierTests extends NotifierContract {

    @Override
    protected Provider start() {
        return new FakePushService();
    }

    @Override
    protected Set<Capability> capabilities() {
        return Set.of(Capability.NAMES_MESSAGES, Capability.HEARS_RETRY_AFTER, Capability.REPLACES);
    }

    @Override
    protected Set<Platform> platforms() {
        return Set.of(Platform.WEB);
    }

    @Test
    void aPushGoesOverHttp2WithTheHeadersOfTheStandards() throws Exception {
        try (var service = new FakePushService()) {
            var ring = Pushes.ring(service.token(Platform.WEB));
            var outcome = service.notifier().send(ring);
            assertThat(outcome).isEqualTo(new Outcome.Delivered("message-1"));
            var request = service.requests().getFirst();
            assertThat(request.getVersion()).isEqualTo("HTTP/2");
            assertThat(request.getHeaders().get("Urgency")).isEqualTo("high");
            assertThat(request.getHeaders().get("TTL")).isEqualTo("30");
            var topic = ByteBuffer.wrap(Base64.getUrlDecoder().decode(request.getHeaders().get("Topic")));
            assertThat(request.getHeaders().get("Topic")).hasSize(22);
            assertThat(new UUID(topic.getLong(), topic.getLong())).isEqualTo(ring.notice().call().callId());
        }
    }

    @Test
    void aMissedCallIsNotUrgentAndReplacesItsRing() throws Exception {
        try (var service = new FakePushService()) {
            service.notifier()
                    .send(Pushes.push(NoticeType.CALL_MISSED, service.token(Platform.WEB), null,
                            Duration.ofHours(1)));
            assertThat(service.requests().getFirst().getHeaders().get("Urgency")).isEqualTo("normal");
            assertThat(service.received().getFirst().timeToLive()).isEqualTo(Duration.ofHours(1));
        }
    }

    @Test
    void theCallersOwnNoticesAreNotCarried() {
        try (var service = new FakePushService()) {
            assertThat(NoticeType.values()).filteredOn(type -> !service.notifier().carries(type, Platform.WEB))
                    .containsExactly(NoticeType.CALL_RINGING, NoticeType.CALL_ACCEPTED, NoticeType.CALL_REJECTED);
            assertThat(service.notifier().carries(NoticeType.INCOMING_CALL, Platform.FCM_WEB)).isFalse();
        }
    }

    @Test
    void aLateRingIsForNowOrNever() throws Exception {
        try (var service = new FakePushService()) {
            service.notifier()
                    .send(Pushes.push(NoticeType.INCOMING_CALL, service.token(Platform.WEB), null,
                            Duration.ofMillis(900)));
            assertThat(service.requests().getFirst().getHeaders().get("TTL")).isEqualTo("0");
        }
    }

    @Test
    void theCheckSaysWhatIsMissing() throws Exception {
        var rules = Endpoints.standard("");
        var without = WebPushConfiguration.notifier(FakePushService.KEYS, "", rules, Clock.systemUTC(),
                WebPushClient.http(rules).build());
        assertThat(without.check().ok()).isTrue();
        assertThat(without.check().message()).contains("Apple").contains("ringback.web-push.subject");
        assertThat(FakePushService.notifier(rules).check().message()).contains(FakePushService.SUBJECT)
                .doesNotContain("Apple")
                .doesNotContain(FakePushService.KEYS.privateKey());
    }
}
