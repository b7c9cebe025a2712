package dev.ringback.web;

import dev.ringback.telemetry.CallInHand;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;

/// What a request's span says of it: its ids, and not its address, which may name a user.
@Component
class RequestObservation extends DefaultServerRequestObservationConvention {

    @Override
    public KeyValues getHighCardinalityKeyValues(ServerRequestObservationContext context) {
        return KeyValues
                .of(Stream.of(RequestIdFilter.MDC_KEY, CallInHand.KEY)
                        .flatMap(key -> keyValue(key, MDC.get(key)))
                        .toList());
    }

    private static Stream<KeyValue> keyValue(String key, @Nullable String value) {
        return value == null ? Stream.empty() : Stream.of(KeyValue.of(key, value));
    }
}
