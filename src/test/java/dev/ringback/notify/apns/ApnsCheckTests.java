package dev.ringback.notify.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.ringback.device.Environment;
import dev.ringback.notify.Notifier.Check;
import dev.ringback.support.FaultProxy;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an operator learns when the credentials are tried.
class ApnsCheckTests {
    @AutoClose
    private final FakeApns apns = new FakeApns();
    @AutoClose
    private final ApnsNotifier notifier = apns.notifier();

    @Test
    void goodCredentialsAreShownByAPushToNobody() throws Exception {
        assertThat(notifier.check()).isEqualTo(new Check(true, "Apple accepts the signing key."));
        assertThat(apns.probed()).containsExactly(Environment.PRODUCTION);
        assertThat(apns.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"INVALID_PROVIDER_TOKEN, key-id", "FORBIDDEN, key-id", "TOPIC_DISALLOWED, bundle-id",
            "EXPIRED_PROVIDER_TOKEN, clock", "SERVICE_UNAVAILABLE, ServiceUnavailable"})
    void whatIsWrongIsSaid(RejectionReason reason, String word) throws Exception {
        apns.refuse(reason);
        var check = notifier.check();
        assertThat(check.ok()).isFalse();
        assertThat(check.message()).contains(word);
    }

    @Test
    void anUnreachableServerIsToldApart() throws Exception {
        apns.network.be(new FaultProxy.Mode.Refuse());
        var check = notifier.check();
        assertThat(check.ok()).isFalse();
        assertThat(check.message()).contains("cannot be reached");
    }

    @Test
    void aKeyForOneEnvironmentIsExplained() {
        assertThat(ApnsErrors.advice(new Reply.Rejected(403, "BadEnvironmentKeyIdInToken", null)))
                .contains("production environment");
    }
}
