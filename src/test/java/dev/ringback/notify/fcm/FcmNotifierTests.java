package dev.ringback.notify.fcm;

import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.NotifierContract;
import dev.ringback.support.FaultProxy;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.Protocol;
import tools.jackson.databind.JsonNode;

class FcmNotifierTests extends NotifierContract {

    @Override
    protected Provider start() {
        return new LocalFcm(new FakeFcm());
    }

    @Override
    protected Set<Capability> capabilities() {
        return Set.of(Capability.NAMES_MESSAGES, Capability.HEARS_RETRY_AFTER);
    }

    @Override
    protected Set<Platform> platforms() {
        return FcmNotifier.PLATFORMS;
    }

    /// The same over the protocol that FCM itself speaks.
    static class OverHttp2Tests extends FcmNotifierTests {
        @Override
        protected Provider start() {
            return new LocalFcm(new FakeFcm(Protocol.H2_PRIOR_KNOWLEDGE));
        }
    }

    private record LocalFcm(FakeFcm fcm) implements Provider {
        @Override
        public Notifier notifier() {
            return fcm.notifier();
        }

        @Override
        public FaultProxy network() {
            return fcm.network();
        }

        @Override
        public PushToken token(Platform platform) {
            return FakeFcm.token(platform);
        }

        @Override
        public void answer(Answer answer) {
            switch (answer) {
                case TAKES -> takes();
                case TOKEN_IS_DEAD -> fcm.answers(FakeFcm.error(404, "NOT_FOUND", "UNREGISTERED"));
                case OUR_FAULT -> fcm.answers(FakeFcm.error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"));
                case IS_DOWN -> fcm.answers(FakeFcm.error(503, "UNAVAILABLE", "UNAVAILABLE"));
                case IS_DOWN_FOR_7_SECONDS -> fcm.answers(
                        FakeFcm.error(503, "UNAVAILABLE", "UNAVAILABLE", "Retry-After", "7"));
                case HANGS -> fcm.hang();
                case REFUSES_CONNECTIONS -> fcm.network().be(new FaultProxy.Mode.Refuse());
            }
        }

        private void takes() {
            fcm.answers(null);
            fcm.goOn();
            fcm.network().pass();
        }

        @Override
        public List<Received> received() {
            return fcm.sent().stream().map(FakeFcm.Sent::message).map(LocalFcm::received).toList();
        }

        private static Received received(JsonNode message) {
            var members = new LinkedHashMap<String, String>();
            message.path("data")
                    .properties()
                    .forEach(member -> members.put(member.getKey(), member.getValue().stringValue()));
            return new Received(members, timeToLive(message, members), urgent(message), null,
                    message.path("android").path("collapse_key").stringValue(null));
        }

        private static Duration timeToLive(JsonNode message, Map<String, String> members) {
            if (message.has("android")) {
                return Duration.parse("PT" + message.path("android").path("ttl").stringValue());
            }
            if (message.has("webpush")) {
                return Duration.ofSeconds(Long.parseLong(message.at("/webpush/headers/TTL").stringValue()));
            }
            var expiration = Long.parseLong(message.at("/apns/headers/apns-expiration").stringValue());
            var sentAt = Instant.parse(members.get("expires_at"))
                    .minusMillis(Long.parseLong(members.get("expires_in_ms")));
            return Duration.between(sentAt, Instant.ofEpochSecond(expiration));
        }

        private static boolean urgent(JsonNode message) {
            return "high".equals(message.at("/android/priority").stringValue(null))
                    || "high".equals(message.at("/webpush/headers/Urgency").stringValue(null))
                    || "10".equals(message.at("/apns/headers/apns-priority").stringValue(null));
        }

        @Override
        public void close() {
            fcm.close();
        }
    }
}
