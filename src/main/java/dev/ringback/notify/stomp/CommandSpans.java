package dev.ringback.notify.stomp;

import dev.ringback.telemetry.Span;
import dev.ringback.telemetry.Spans;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;

/// A span for each command of a client, from before the gate until it is carried out: that is one and the same thread. A client
/// may name its own trace in the header `traceparent`.
final class CommandSpans implements ChannelInterceptor {
    private static final ThreadLocal<@Nullable Span> BEGUN = new ThreadLocal<>();

    private final Spans spans;

    CommandSpans(Spans spans) {
        this.spans = spans;
    }

    @Override
    public Message<?> preSend(Message<?> message, MessageChannel channel) {
        var frame = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
        var command = frame == null ? null : frame.getCommand();
        if (frame != null && command != null) {
            BEGUN.set(spans.serve("stomp " + command, frame::getFirstNativeHeader));
        }
        return message;
    }

    @Override
    public void afterSendCompletion(Message<?> message, MessageChannel channel, boolean sent,
            @Nullable Exception failure) {
        var span = BEGUN.get();
        if (span != null) {
            BEGUN.remove();
            if (failure != null) {
                span.failed(failure);
            }
            span.close();
        }
    }
}
