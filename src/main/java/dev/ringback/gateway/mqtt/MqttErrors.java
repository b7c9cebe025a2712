package dev.ringback.gateway.mqtt;

import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import dev.ringback.notify.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the broker's refusals mean (MQTT 5, 2.4 and 3.4.2.1).
final class MqttErrors {
    private static final Logger LOG = LoggerFactory.getLogger(MqttErrors.class);
    private static final int DEEPEST_CAUSE = 8;

    private MqttErrors() {}

    /// What is to become of a publication that the broker did not take.
    static Outcome outcome(@Nullable Throwable failure) {
        return switch (failure) {
            case Mqtt5PubAckException refused -> refused(refused.getMqttMessage().getReasonCode());
            case MqttEncodeException _ -> new Outcome.Refused("message_too_large");
            case null, default -> new Outcome.TryLater("connection", null);
        };
    }

    private static Outcome refused(Mqtt5PubAckReasonCode reason) {
        return switch (reason) {
            case NOT_AUTHORIZED, TOPIC_NAME_INVALID, PAYLOAD_FORMAT_INVALID -> new Outcome.Refused(word(reason));
            case SUCCESS, NO_MATCHING_SUBSCRIBERS, UNSPECIFIED_ERROR, IMPLEMENTATION_SPECIFIC_ERROR,
                    PACKET_IDENTIFIER_IN_USE, QUOTA_EXCEEDED ->
                new Outcome.TryLater(word(reason), null);
        };
    }

    /// Why there is no connection, in words for the operator; without a secret, and the same for the same trouble.
    static String inWords(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> "no answer";
            case Mqtt5ConnAckException refused ->
                "the broker refuses the connection: " + word(refused.getMqttMessage().getReasonCode());
            case Mqtt3ConnAckException refused ->
                "the broker refuses the connection: " + word(refused.getMqttMessage().getReturnCode());
            case Mqtt5SubAckException _,Mqtt3SubAckException _ ->
                "the broker does not let Ringback subscribe to " + Topics.RESPONSES;
            case Mqtt5DisconnectException ended -> inWords(ended.getMqttMessage().getReasonCode());
            default -> root(failure);
        };
    }

    private static String inWords(Mqtt5DisconnectReasonCode reason) {
        return reason == Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER
                ? "another client has connected under the same client id: each node needs a ringback.mqtt.client-id of its own"
                : "the broker ended the connection: " + word(reason);
    }

    /// What fails on a connection that has ended, after whoever waited has been told so. The client's own library would print
    /// it as a thread's uncaught failure (RxJava 2, "Error handling").
    static void tooLate(Throwable failure) {
        LOG.debug("After the end of a connection: {}", root(failure));
    }

    private static String root(Throwable failure) {
        var cause = failure;
        for (int depth = 0; cause.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static String word(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }
}
