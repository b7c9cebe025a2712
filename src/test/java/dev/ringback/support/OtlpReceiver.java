package dev.ringback.support;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/// Takes what is sent by OTLP over HTTP, as a collector does.
public final class OtlpReceiver {
    private final MockWebServer server = new MockWebServer();
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final Set<String> metrics = ConcurrentHashMap.newKeySet();

    /// Starts on a free port.
    public OtlpReceiver() {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                try {
                    take(request.getTarget(), Objects.requireNonNull(request.getBody()).toByteArray());
                } catch (InvalidProtocolBufferException failure) {
                    throw new UncheckedIOException(failure);
                }
                return new MockResponse.Builder().code(200).build();
            }
        });
        try {
            server.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Where traces go.
    public String traces() {
        return server.url("/v1/traces").toString();
    }

    /// Where metrics go.
    public String metrics() {
        return server.url("/v1/metrics").toString();
    }

    /// The spans of a trace so far.
    public List<Span> spansOf(String traceId) {
        return spans.stream().filter(span -> hex(span.getTraceId().toByteArray()).equals(traceId)).toList();
    }

    /// All spans so far.
    public List<Span> spans() {
        return List.copyOf(spans);
    }

    /// The names of all metrics so far.
    public Set<String> metricNames() {
        return Set.copyOf(metrics);
    }

    /// What a span says under this key.
    public static Optional<String> attribute(Span span, String key) {
        return span.getAttributesList()
                .stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(KeyValue::getValue)
                .map(value -> value.getStringValue())
                .findFirst();
    }

    private void take(String path, byte[] body) throws InvalidProtocolBufferException {
        if (path.equals("/v1/traces")) {
            ExportTraceServiceRequest.parseFrom(body)
                    .getResourceSpansList()
                    .stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .forEach(spans::add);
        } else {
            ExportMetricsServiceRequest.parseFrom(body)
                    .getResourceMetricsList()
                    .stream()
                    .flatMap(resource -> resource.getScopeMetricsList().stream())
                    .flatMap(scope -> scope.getMetricsList().stream())
                    .map(Metric::getName)
                    .forEach(metrics::add);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
