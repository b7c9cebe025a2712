package dev.ringback.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.IntegrationTest;
import dev.ringback.support.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What the other modules rely on, and many at once.
@IntegrationTest
@Import(DevicesIntegrationTest.Time.class)
class DevicesIntegrationTest {
    private static final int THREADS = 8;

    @Autowired
    private Devices devices;
    @Autowired
    private Registrations registrations;
    @Autowired
    private DevicePurge purge;
    @Autowired
    private SettableClock clock;
    @Autowired
    private JdbcClient jdbc;

    private final String alice = "alice-" + UUID.randomUUID();
    private final String bob = "bob-" + UUID.randomUUID();

    @TestConfiguration
    static class Time {
        @Bean
        @Primary
        SettableClock settableClock() {
            return new SettableClock();
        }
    }

    @Test
    void tokensComeByUserDeviceAndPlatform() {
        register(bob, "b", Platform.ANDROID);
        register(alice, "2", Platform.IOS_ALERT);
        register(alice, "2", Platform.FCM_IOS);
        register(alice, "2", Platform.IOS);
        register(alice, "1", Platform.FCM_WEB);
        assertThat(devices.tokensOf(List.of(bob, "nobody", alice)))
                .extracting(t -> t.userId() + " " + t.deviceId() + " " + t.platform())
                .containsExactly(alice + " 1 FCM_WEB", alice + " 2 IOS", alice + " 2 FCM_IOS", alice + " 2 IOS_ALERT",
                        bob + " b ANDROID");
        assertThat(devices.tokensOf(List.of())).isEmpty();
    }

    @Test
    void aRegisteredTokenKeepsItsRow() {
        var first = register(alice, "phone", Platform.IOS);
        clock.advance(Duration.ofMinutes(1));
        registrations.register(new NewToken(alice, null, Platform.IOS, first.token(), null, null, null));
        var again = devices.tokensOf(List.of(alice)).getFirst();
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.registeredAt()).isEqualTo(clock.instant());
    }

    @Test
    void deadTokenIsRemovedOnlyIfUnchanged() {
        var sent = register(alice, "phone", Platform.IOS);
        register(alice, "phone", Platform.IOS);
        assertThat(devices.remove(sent, null)).as("replaced").isFalse();
        var replacement = devices.tokensOf(List.of(alice)).getFirst();
        registrations.register(new NewToken(bob, null, Platform.IOS, replacement.token(), null, null, null));
        assertThat(devices.remove(replacement, null)).as("moved to another user").isFalse();
        var moved = devices.tokensOf(List.of(bob)).getFirst();
        assertThat(devices.remove(moved, null)).isTrue();
        assertThat(devices.remove(moved, null)).as("gone").isFalse();
        assertThat(devices.tokensOf(List.of(alice, bob))).isEmpty();
    }

    @Test
    void aTokenRegisteredAfterItsDeathLives() {
        var sent = register(alice, "phone", Platform.IOS);
        assertThat(devices.remove(sent, sent.registeredAt().minusMillis(1))).isFalse();
        assertThat(devices.remove(sent, sent.registeredAt())).isTrue();
    }

    @Test
    void theEnvironmentIsRememberedOnlyForTheTokenThatAnswered() {
        var sent = register(alice, "phone", Platform.IOS);
        devices.answersIn(sent, Environment.SANDBOX);
        assertThat(devices.tokensOf(List.of(alice)).getFirst().environment()).isEqualTo(Environment.SANDBOX);
        var replacement = register(alice, "phone", Platform.IOS);
        assertThat(replacement.environment()).isEqualTo(Environment.PRODUCTION);
        devices.answersIn(sent, Environment.SANDBOX);
        assertThat(devices.tokensOf(List.of(alice)).getFirst().environment()).isEqualTo(Environment.PRODUCTION);
    }

    @Test
    void useIsWrittenAtMostOnceAnHour() {
        register(alice, "phone", Platform.IOS);
        register(alice, "phone", Platform.IOS_ALERT);
        register(alice, "tablet", Platform.IOS);
        register(bob, "phone", Platform.IOS);
        var registered = clock.instant();
        clock.advance(Duration.ofHours(1));
        devices.markUsed(List.of(new Devices.Ref(alice, "phone"), new Devices.Ref(bob, "tablet")));
        assertThat(usedAt(alice, "phone")).containsOnly(registered);
        clock.advance(Duration.ofSeconds(1));
        devices.markUsed(List.of(new Devices.Ref(alice, "phone"), new Devices.Ref(bob, "tablet")));
        assertThat(usedAt(alice, "phone")).hasSize(2).containsOnly(clock.instant());
        assertThat(usedAt(alice, "tablet")).containsOnly(registered);
        assertThat(usedAt(bob, "phone")).containsOnly(registered);
        devices.markUsed(List.of());
    }

    @Test
    void whatNobodyUsesIsForgotten() {
        register(alice, "old", Platform.IOS);
        register(alice, "used", Platform.IOS);
        var renewed = register(alice, "renewed", Platform.IOS);
        clock.advance(Duration.ofDays(270));
        purge.purge();
        assertThat(devices.tokensOf(List.of(alice))).hasSize(3);
        devices.markUsed(List.of(new Devices.Ref(alice, "used")));
        registrations.register(new NewToken(alice, null, Platform.IOS, renewed.token(), null, null, null));
        clock.advance(Duration.ofMillis(1));
        purge.purge();
        assertThat(devices.tokensOf(List.of(alice))).extracting(PushToken::deviceId)
                .containsExactly("renewed", "used");
    }

    @RepeatedTest(20)
    void aTokenThatManyRegisterAtOnceHasOneOwner() throws Exception {
        var token = Samples.apnsToken();
        var users = IntStream.range(0, THREADS).mapToObj(i -> alice + i).toList();
        atOnce(THREADS, i -> () -> registrations
                .register(new NewToken(users.get(i), "phone", Platform.IOS, token, null, null, null)));
        assertThat(devices.tokensOf(users)).extracting(PushToken::token).containsExactly(token);
    }

    @RepeatedTest(20)
    void oneTokenOfOneUserRegisteredManyTimesAtOnceIsOneDevice() throws Exception {
        var token = Samples.apnsToken();
        var answers = atOnce(THREADS,
                _ -> () -> registrations.register(new NewToken(alice, null, Platform.IOS, token, null, null, null)));
        assertThat(answers.stream().map(Device::deviceId).distinct()).hasSize(1);
        assertThat(devices.tokensOf(List.of(alice))).hasSize(1);
    }

    @RepeatedTest(10)
    void theLimitHoldsWhenManyRegisterAtOnce() throws Exception {
        IntStream.range(0, Registrations.MAX_DEVICES - 1).forEach(i -> register(alice, "d" + i, Platform.IOS));
        atOnce(THREADS, i -> () -> registrations.register(
                new NewToken(alice, "new" + i, Platform.IOS, Samples.apnsToken(), null, null, null)));
        assertThat(devices.tokensOf(List.of(alice))).hasSize(Registrations.MAX_DEVICES);
    }

    @RepeatedTest(20)
    void devicesThatExchangeTheirTokensAllGetThem() throws Exception {
        var first = register(alice, "a", Platform.IOS).token();
        var second = register(bob, "b", Platform.IOS).token();
        atOnce(2, i -> () -> registrations.register(i == 0
                ? new NewToken(alice, "a", Platform.IOS, second, null, null, null)
                : new NewToken(bob, "b", Platform.IOS, first, null, null, null)));
        assertThat(devices.tokensOf(List.of(alice, bob))).extracting(PushToken::token).containsExactly(second, first);
    }

    private static <T> List<T> atOnce(int threads, IntFunction<Callable<T>> task) throws Exception {
        var start = new CyclicBarrier(threads);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            Collection<Callable<T>> tasks = IntStream.range(0, threads).<Callable<T>>mapToObj(i -> () -> {
                start.await();
                return task.apply(i).call();
            }).toList();
            return pool.invokeAll(tasks).stream().map(f -> f.resultNow()).toList();
        }
    }

    private PushToken register(String user, @Nullable String device, Platform platform) {
        var token = platform.isApns() ? Samples.apnsToken() : Samples.fcmToken();
        registrations.register(new NewToken(user, device, platform, token, null, null, null));
        return devices.tokensOf(List.of(user)).stream().filter(t -> t.token().equals(token)).findFirst().orElseThrow();
    }

    private List<Instant> usedAt(String user, String device) {
        return jdbc.sql("select used_at from push_token where user_id = ? and device_id = ?")
                .params(user, device)
                .query((row, _) -> row.getTimestamp(1).toInstant())
                .list();
    }
}
