package dev.ringback.notify;

import static dev.ringback.notify.NoticeType.CALL_CANCELLED;
import static dev.ringback.notify.NoticeType.CALL_MISSED;
import static dev.ringback.notify.NoticeType.INCOMING_CALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Deliveries.Rung;
import dev.ringback.notify.Delivery.Device;
import dev.ringback.notify.Delivery.Planned;
import dev.ringback.notify.Delivery.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

class PushPlannerTests {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final PushToken VOIP = token(1, "iphone", Platform.IOS);
    private static final PushToken ALERT = token(2, "iphone", Platform.IOS_ALERT);
    private static final PushToken PHONE = token(3, "phone", Platform.ANDROID);
    private static final PushToken BROWSER = token(4, "laptop", Platform.WEB);

    private final Notice ring = Pushes.ring(PHONE).notice();
    private final PushPlanner planner = new PushPlanner(channels(), settings(DeliveryPolicy.PARALLEL));

    @Test
    void eachDeviceIsRungOnceByItsBestTokenFirst() {
        var planned = rings(Set.of(), ALERT, PHONE, VOIP);
        assertThat(planned).hasSize(2);
        assertThat(of(planned, "iphone").to()).containsExactlyElementsOf(Address.of(List.of(VOIP, ALERT)));
        assertThat(of(planned, "phone").to()).containsExactlyElementsOf(Address.of(List.of(PHONE)));
        assertThat(planned).allSatisfy(p -> {
            assertThat(p.state()).isEqualTo(State.SENDING);
            assertThat(p.dueAt()).isEqualTo(NOW.plus(PushPlanner.LEASE));
            assertThat(p.delivery().expiresAt()).isEqualTo(ring.expiresAt());
        });
    }

    @Test
    void whoMayBeOnlineIsPushedLaterIfThatIsThePolicy() {
        var patient = new PushPlanner(channels(), settings(DeliveryPolicy.ONLINE_FIRST));
        var planned = patient.rings(List.of(ring), List.of(PHONE, VOIP), Set.of(), NOW);
        assertThat(planned).hasSize(2).allSatisfy(p -> {
            assertThat(p.state()).isEqualTo(State.WAITING);
            assertThat(p.code()).isEqualTo("online_first");
            assertThat(p.dueAt()).isEqualTo(NOW.plusMillis(1_500));
        });
        assertThat(planned.getFirst().atOnce().state()).isEqualTo(State.SENDING);
        // what waits for a socket of its own goes on waiting
        var onSocket = rings(Set.of(device("phone")), PHONE).getFirst();
        assertThat(onSocket.atOnce()).isEqualTo(onSocket);
    }

    @Test
    void aClassOfUsersMayHaveAPolicyOfItsOwn() {
        var settings = new DeliverySettings(Duration.ofSeconds(4), DeliveryPolicy.PARALLEL, Duration.ofMillis(1_500),
                List.of(new DeliverySettings.UserClass(List.of("agent-*", "desk"), DeliveryPolicy.ONLINE_FIRST),
                        new DeliverySettings.UserClass(List.of("agent-7"), DeliveryPolicy.PARALLEL)));
        assertThat(List.of("agent-7", "desk")).allMatch(u -> settings.policyOf(u) == DeliveryPolicy.ONLINE_FIRST);
        assertThat(List.of("bob", "desk-2")).allMatch(u -> settings.policyOf(u) == DeliveryPolicy.PARALLEL);
    }

    @Test
    void aDeviceWhoseChannelIsOffIsWrittenDownAsFailed() {
        var planned = of(rings(Set.of(), BROWSER), "laptop");
        assertThat(planned.state()).isEqualTo(State.FAILED);
        assertThat(planned.code()).isEqualTo("channel_off");
        assertThat(planned.dueAt()).isNull();
    }

    @Test
    void aDeviceOnItsSocketWaitsForItsAcknowledgement() {
        var planned = of(rings(Set.of(device("phone")), PHONE), "phone");
        assertThat(planned.state()).isEqualTo(State.WAITING);
        assertThat(planned.dueAt()).isEqualTo(NOW.plusSeconds(4));
    }

    @Test
    void nobodyElsesTokensAreUsed() {
        var other = new PushToken(9, "carol", "phone", Platform.ANDROID, "t", null, null, Environment.PRODUCTION, NOW);
        assertThat(rings(Set.of(), other)).isEmpty();
    }

    @Test
    void whatWasPushedOrMayHaveBeenIsStopped() {
        assertThat(stops(CALL_CANCELLED, State.SENT, 1, false, Set.of())).hasSize(1);
        assertThat(stops(CALL_CANCELLED, State.SENDING, 0, false, Set.of())).hasSize(1);
    }

    @Test
    void whatMayHaveArrivedThoughItsAnswerWasLostIsStopped() {
        assertThat(stops(CALL_CANCELLED, State.WAITING, 1, false, Set.of())).hasSize(1);
        assertThat(stops(CALL_CANCELLED, State.FAILED, 1, false, Set.of())).hasSize(1);
        assertThat(stops(CALL_CANCELLED, State.DROPPED, 1, false, Set.of())).hasSize(1);
    }

    @Test
    void whatNeverRangIsNotStopped() {
        assertThat(stops(CALL_CANCELLED, State.WAITING, 0, false, Set.of())).isEmpty();
        assertThat(stops(CALL_CANCELLED, State.FAILED, 0, false, Set.of())).isEmpty();
    }

    @Test
    void whoCouldNotBeRungIsToldOfTheMissedCall() {
        assertThat(stops(CALL_MISSED, State.FAILED, 0, false, Set.of())).hasSize(1);
    }

    @Test
    void aDeviceThatRangOverALostSocketIsStoppedByPush() {
        assertThat(stops(CALL_CANCELLED, State.WAITING, 0, true, Set.of())).hasSize(1);
        assertThat(stops(CALL_CANCELLED, State.WAITING, 0, true, Set.of(device("phone")))).isEmpty();
    }

    @Test
    void theDeviceThatAnsweredIsNotTold() {
        var stop = Pushes.push(CALL_CANCELLED, PHONE, null, Duration.ofSeconds(30)).notice();
        var rung = List.of(new Rung(UUID.randomUUID(), "bob", "phone", State.SENT, 1, true));
        assertThat(planner.stops(List.of(stop), rung, List.of(PHONE), "phone", Set.of(), NOW)).isEmpty();
        assertThat(planner.stops(List.of(stop), rung, List.of(PHONE), "tablet", Set.of(), NOW)).hasSize(1);
    }

    @Test
    void anIPhoneIsStoppedByItsAlertTokenOrNotAtAll() {
        var stop = Pushes.push(CALL_CANCELLED, VOIP, null, Duration.ofSeconds(30)).notice();
        var rung = List.of(new Rung(UUID.randomUUID(), "bob", "iphone", State.SENT, 1, false));
        assertThat(planner.stops(List.of(stop), rung, List.of(VOIP, ALERT), null, Set.of(), NOW)).singleElement()
                .satisfies(planned -> assertThat(planned.to()).containsExactlyElementsOf(Address.of(List.of(ALERT))));
        assertThat(planner.stops(List.of(stop), rung, List.of(VOIP), null, Set.of(), NOW)).isEmpty();
    }

    @Test
    void aMissedCallIsWorthTellingForADay() {
        var missed = stops(CALL_MISSED, State.SENT, 1, false, Set.of()).getFirst();
        assertThat(missed.delivery().expiresAt()).isEqualTo(NOW.plus(Duration.ofDays(1)));
    }

    private List<Planned> rings(Set<Device> connected, PushToken... tokens) {
        return planner.rings(List.of(ring), List.of(tokens), connected, NOW);
    }

    private List<Planned> stops(NoticeType type, State before, int attempts, boolean rings, Set<Device> connected) {
        var stop = Pushes.push(type, PHONE, null, Duration.ofSeconds(30)).notice();
        var rung = List.of(new Rung(UUID.randomUUID(), "bob", "phone", before, attempts, rings));
        var here = connected.stream()
                .map(device -> new Device(stop.call().callId(), device.userId(), device.deviceId()))
                .collect(Collectors.toSet());
        return planner.stops(List.of(stop), rung, List.of(PHONE), null, here, NOW);
    }

    private Device device(String deviceId) {
        return new Device(ring.call().callId(), "bob", deviceId);
    }

    private static Planned of(List<Planned> planned, String deviceId) {
        return planned.stream().filter(p -> p.delivery().deviceId().equals(deviceId)).findFirst().orElseThrow();
    }

    private static PushToken token(long id, String deviceId, Platform platform) {
        return new PushToken(id, "bob", deviceId, platform, "token-" + id, null, null, Environment.PRODUCTION, NOW);
    }

    /// Phones and alert tokens are on, browsers off.
    private static Channels channels() {
        var notifier = new PushDriven.Provider();
        var beans = new StaticListableBeanFactory();
        Stream.of(new Channel("phones", Set.of(Platform.ANDROID, Platform.IOS, Platform.IOS_ALERT), 1,
                Duration.ofSeconds(1), notifier), Channel.off("browsers", Set.of(Platform.WEB)))
                .forEach(channel -> beans.addBean(channel.name(), channel));
        assertThat(notifier.carries(INCOMING_CALL, Platform.IOS)).isTrue();
        return new Channels(beans.getBeanProvider(Channel.class));
    }

    private static DeliverySettings settings(DeliveryPolicy policy) {
        return new DeliverySettings(Duration.ofSeconds(4), policy, Duration.ofMillis(1_500), List.of());
    }
}
