package dev.ringback.webhook;

import dev.ringback.notify.Channel;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.NotifierContract.Received;
import dev.ringback.notify.apns.ApnsRequest;
import dev.ringback.notify.apns.FakeApns;
import dev.ringback.notify.fcm.FakeFcm;
import dev.ringback.notify.webpush.FakePushService;
import dev.ringback.support.Secrets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// FCM, Apple's servers and a browser's push service on local ports.
public final class LocalPushServices implements AutoCloseable {
    final FakeFcm fcm = new FakeFcm();
    final FakeApns apns = new FakeApns();
    final FakePushService web = new FakePushService();

    LocalPushServices() {
        Secrets.used(WebhookDriven.OLD_SECRET);
        Secrets.used(WebhookDriven.SECRET);
        Secrets.used(WebhookDriven.PASSWORD);
    }

    /// FCM answers nobody until told otherwise.
    public void hang() {
        fcm.hang();
    }

    /// FCM answers again.
    public void goOn() {
        fcm.goOn();
    }

    /// The messages that FCM got for a token, in their order.
    public List<JsonNode> messagesTo(String token) {
        return fcm.sent()
                .stream()
                .map(FakeFcm.Sent::message)
                .filter(message -> message.path("token").asString().equals(token))
                .toList();
    }

    /// The members of the messages that FCM got for a token, in their order.
    public List<Map<String, String>> dataTo(String token) {
        return messagesTo(token).stream().map(message -> members(message.path("data"))).toList();
    }

    /// The requests that Apple got for a token, in their order.
    public List<ApnsRequest> requestsTo(String token) {
        return apns.requests().stream().filter(request -> request.path().equals("/3/device/" + token)).toList();
    }

    /// What the browsers decrypted that has this member, in its order.
    public List<Received> browsersGot(String member, String value) {
        return web.received().stream().filter(push -> value.equals(push.members().get(member))).toList();
    }

    /// An object's members, which must all be texts, but for `aps`.
    public static Map<String, String> members(JsonNode object) {
        return object.properties()
                .stream()
                .filter(member -> !member.getKey().equals("aps"))
                .collect(Collectors.toMap(Map.Entry::getKey, member -> member.getValue().stringValue()));
    }

    Channel inPlaceOf(Channel channel) {
        return switch (channel.name()) {
            case "fcm" -> on(channel, fcm.notifier());
            case "apns" -> on(channel, apns.notifier());
            case "web-push" -> on(channel, web.notifier());
            default -> channel;
        };
    }

    private static Channel on(Channel channel, Notifier notifier) {
        return new Channel(channel.name(), channel.platforms(), 8, Duration.ofSeconds(5), notifier);
    }

    @Override
    public void close() {
        fcm.goOn();
        fcm.close();
        apns.close();
        web.close();
    }
}
