package dev.ringback.telemetry;

import io.micrometer.observation.Observation;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.Slf4JEventListener;
import io.micrometer.tracing.propagation.Propagator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
class TelemetryConfiguration {

    @Bean
    Spans spans(ObjectProvider<Tracer> tracer, ObjectProvider<Propagator> propagator) {
        return new Spans(tracer.getIfAvailable(), propagator.getIfAvailable());
    }

    /// In the places of Spring Boot's own, since those write a failure's words, and its stack, into spans.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(TracingSwitch.SETTING)
    static class Discreet {

        @Bean
        @Order(MicrometerTracingAutoConfiguration.DEFAULT_TRACING_OBSERVATION_HANDLER_ORDER)
        DefaultTracingObservationHandler tracingHandler(Tracer tracer) {
            return new DefaultTracingObservationHandler(tracer) {
                @Override
                public void onError(Observation.Context context) {
                    blame(getRequiredSpan(context), context);
                }
            };
        }

        @Bean
        @Order(MicrometerTracingAutoConfiguration.RECEIVER_TRACING_OBSERVATION_HANDLER_ORDER)
        PropagatingReceiverTracingObservationHandler<?> receiverHandler(Tracer tracer, Propagator propagator) {
            return new PropagatingReceiverTracingObservationHandler<ReceiverContext<?>>(tracer, propagator) {
                @Override
                public void onError(ReceiverContext<?> context) {
                    blame(getRequiredSpan(context), context);
                }
            };
        }

        /// The spelling of `request_id` and `call_id`.
        @Bean
        Slf4JEventListener tracesInTheLog() {
            return new Slf4JEventListener("trace_id", "span_id");
        }

        private static void blame(io.micrometer.tracing.Span span, Observation.Context context) {
            var failure = context.getError();
            if (failure != null) {
                span.error(new Span.Failed(failure));
            }
        }
    }
}
