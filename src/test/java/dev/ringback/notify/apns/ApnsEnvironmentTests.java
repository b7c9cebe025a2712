package dev.ringback.notify.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Pushes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Apple's two environments, of which an app does not always know its own.
class ApnsEnvironmentTests {
    @AutoClose
    private final FakeApns apns = new FakeApns();
    private final List<String> remembered = new ArrayList<>();
    @AutoClose
    private final ApnsNotifier notifier = apns.notifier(Clock.systemUTC(),
            (token, environment) -> remembered.add(token.tail() + " lives in " + environment));

    @ParameterizedTest
    @EnumSource
    void aDeviceIsRungInItsEnvironment(Environment environment) throws Exception {
        assertThat(notifier.send(Pushes.ring(token(environment)))).isInstanceOf(Outcome.Delivered.class);
        assertThat(apns.requests()).extracting(ApnsRequest::environment).containsExactly(environment);
        assertThat(remembered).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceThatLivesInTheOtherIsFoundAndRemembered(Environment registered) throws Exception {
        apns.tokensLiveIn(registered.other());
        var push = Pushes.ring(token(registered));
        assertThat(notifier.send(push)).isEqualTo(new Outcome.Delivered(push.id().toString()));
        assertThat(apns.requests()).extracting(ApnsRequest::environment)
                .containsExactly(registered, registered.other());
        assertThat(apns.requests()).extracting(request -> request.header("apns-id"))
                .containsOnly(push.id().toString());
        assertThat(remembered).containsExactly(push.to().tail() + " lives in " + registered.other());
    }

    @Test
    void aTokenThatNeitherKnowsIsDead() throws Exception {
        apns.refuse(RejectionReason.BAD_DEVICE_TOKEN);
        assertThat(notifier.send(Pushes.ring(ApnsTokens.voip())))
                .isEqualTo(new Outcome.DeadToken("BadDeviceToken", null));
        assertThat(apns.requests()).hasSize(2);
        assertThat(remembered).isEmpty();
    }

    /// It exists there, so a wrong topic must not cost the device its token.
    @Test
    void aTokenThatTheOtherFindsFaultWithIsKept() throws Exception {
        apns.refuseNext(RejectionReason.BAD_DEVICE_TOKEN, RejectionReason.DEVICE_TOKEN_NOT_FOR_TOPIC);
        assertThat(notifier.send(Pushes.ring(ApnsTokens.voip())))
                .isEqualTo(new Outcome.Refused("DeviceTokenNotForTopic"));
    }

    @Test
    void aTokenIsNotDeadWhileTheOtherIsDown() throws Exception {
        apns.refuseNext(RejectionReason.BAD_DEVICE_TOKEN, RejectionReason.SHUTDOWN, RejectionReason.SHUTDOWN);
        assertThat(notifier.send(Pushes.ring(ApnsTokens.voip()))).isEqualTo(new Outcome.TryLater("Shutdown", null));
    }

    @Test
    void whatCannotBeRememberedIsDeliveredAllTheSame() throws Exception {
        try (var forgetful = apns.notifier(Clock.systemUTC(), (_, _) -> {
            throw new IllegalStateException("no database");
        })) {
            apns.tokensLiveIn(Environment.SANDBOX);
            assertThat(forgetful.send(Pushes.ring(ApnsTokens.voip()))).isInstanceOf(Outcome.Delivered.class);
        }
    }

    private static PushToken token(Environment environment) {
        return ApnsTokens.token(Platform.IOS, null, environment);
    }
}
