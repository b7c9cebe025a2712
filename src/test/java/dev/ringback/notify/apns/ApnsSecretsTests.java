package dev.ringback.notify.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.ringback.notify.Pushes;
import dev.ringback.support.FaultProxy;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// Keys and tokens show nowhere.
@ExtendWith(OutputCaptureExtension.class)
class ApnsSecretsTests {
    @AutoClose
    private final FakeApns apns = new FakeApns();
    @AutoClose
    private final ApnsNotifier notifier = apns.notifier();

    @Test
    void theLogShowsNoneThoughItSaysAllItCan(CapturedOutput output) throws Exception {
        var push = Pushes.ring(ApnsTokens.voip());
        var logging = LoggingSystem.get(getClass().getClassLoader());
        logging.setLogLevel("ROOT", LogLevel.TRACE);
        // as application.yaml has it
        logging.setLogLevel("com.eatthepath.pushy", LogLevel.INFO);
        try {
            notifier.send(push);
            apns.refuse(RejectionReason.BAD_DEVICE_TOKEN);
            notifier.send(push);
            apns.refuse(RejectionReason.EXPIRED_PROVIDER_TOKEN);
            notifier.send(push);
            apns.network.be(new FaultProxy.Mode.Refuse());
            notifier.send(push);
        } finally {
            logging.setLogLevel("com.eatthepath.pushy", null);
            logging.setLogLevel("ROOT", LogLevel.INFO);
        }
        var authorization = Objects.requireNonNull(apns.lastRequest().header("authorization"));
        assertThat(output.getAll()).contains("APNs")
                .doesNotContain(push.to().token(), authorization.substring("bearer ".length()),
                        "action.token.of-this-call");
    }

    @Test
    void settingsPrintNone() {
        assertThat(apns.settings().toString()).doesNotContain("PRIVATE", "KEY1234567", "TEAM123456");
    }
}
