package dev.ringback.notify.apns;

import com.eatthepath.pushy.apns.server.RejectionReason;
import com.eatthepath.pushy.apns.server.UnregisteredDeviceTokenException;
import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.NotifierContract;
import dev.ringback.support.FaultProxy;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What every channel keeps, over HTTP/2 and TLS.
class ApnsNotifierTests extends NotifierContract {
    @Override
    protected Provider start() {
        return new MockProvider();
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(Capability.NAMES_MESSAGES, Capability.KEEPS_THE_ID);
    }

    @Override
    protected Set<Platform> platforms() {
        return EnumSet.of(Platform.IOS, Platform.IOS_ALERT);
    }

    private static final class MockProvider implements Provider {
        private final FakeApns apns = new FakeApns();
        private final ApnsNotifier notifier = apns.notifier();

        @Override
        public Notifier notifier() {
            return notifier;
        }

        @Override
        public FaultProxy network() {
            return apns.network;
        }

        @Override
        public PushToken token(Platform platform) {
            return ApnsTokens.token(platform, null, Environment.PRODUCTION);
        }

        @Override
        public void answer(Answer answer) {
            switch (answer) {
                case TAKES -> {
                    apns.take();
                    apns.network.pass();
                }
                case TOKEN_IS_DEAD ->
                    apns.refuse(new UnregisteredDeviceTokenException(Clock.systemUTC().instant()));
                case OUR_FAULT -> apns.refuse(RejectionReason.TOPIC_DISALLOWED);
                case IS_DOWN, IS_DOWN_FOR_7_SECONDS -> apns.refuse(RejectionReason.SERVICE_UNAVAILABLE);
                case HANGS -> apns.network.be(new FaultProxy.Mode.Silent());
                case REFUSES_CONNECTIONS -> apns.network.be(new FaultProxy.Mode.Refuse());
            }
        }

        @Override
        public List<Received> received() {
            return apns.requests()
                    .stream()
                    .map(request -> new Received(request.members(), request.timeToLive(),
                            "10".equals(request.header("apns-priority")), request.header("apns-id"),
                            request.header("apns-collapse-id")))
                    .toList();
        }

        @Override
        public void close() {
            notifier.close();
            apns.close();
        }
    }
}
