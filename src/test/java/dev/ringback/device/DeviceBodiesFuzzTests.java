package dev.ringback.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.support.Bodies;
import dev.ringback.support.Quiet;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ExtendWith;

/// Bodies of the device routes: the first byte says of which, the rest is the body.
@ExtendWith(Quiet.class)
class DeviceBodiesFuzzTests {
    private static final EndpointRules RULES = Endpoints.standard("142.250.1.1");

    private final Bodies bodies = new Bodies();

    @FuzzTest
    void aBodyIsReadOrRefusedInOrder(byte[] data) {
        if (data.length == 0) {
            return;
        }
        var body = Arrays.copyOfRange(data, 1, data.length);
        switch (data[0] % 5) {
            case 0 -> bodies.read(body, DeviceRequests.Register.class).ifPresent(this::register);
            case 1 -> same(body, DeviceRequests.Unregister.class);
            case 2 -> bodies.read(body, DeviceRequests.Subscribe.class).ifPresent(this::subscribe);
            case 3 -> same(body, DeviceRequests.Renew.class);
            default -> same(body, DeviceRequests.Unsubscribe.class);
        }
    }

    private void register(DeviceRequests.Register request) {
        bodies.comesBackAsItWas(request, DeviceRequests.Register.class);
        assertThat(request).hasToString("Register[***]");
        if (TokenRules.refusal(request.platform(), request.token()).isEmpty()) {
            var kept = TokenRules.kept(request.platform(), request.token());
            assertThat(kept).hasSizeBetween(20, 2048).matches("[!-~]+");
            assertThat(TokenRules.refusal(request.platform(), kept)).isEmpty();
            assertThat(TokenRules.kept(request.platform(), kept)).isEqualTo(kept);
        }
    }

    private void subscribe(DeviceRequests.Subscribe request) {
        bodies.comesBackAsItWas(request, DeviceRequests.Subscribe.class);
        var subscription = request.subscription();
        RULES.refusalOfSpelling(subscription.endpoint());
        SubscriptionKeys.refusal(subscription.keys().p256dh(), subscription.keys().auth())
                .ifPresent(words -> assertThat(words).doesNotContain("\n").hasSizeLessThan(200));
    }

    private <T> void same(byte[] body, Class<T> type) {
        bodies.read(body, type).ifPresent(request -> bodies.comesBackAsItWas(request, type));
    }
}
