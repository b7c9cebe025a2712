package dev.ringback.gateway.firestore;

import com.google.api.core.ApiFuture;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.firestore.v1.ArrayValue;
import com.google.firestore.v1.BatchGetDocumentsRequest;
import com.google.firestore.v1.BatchGetDocumentsResponse;
import com.google.firestore.v1.CommitRequest;
import com.google.firestore.v1.CommitResponse;
import com.google.firestore.v1.Document;
import com.google.firestore.v1.DocumentChange;
import com.google.firestore.v1.ListenRequest;
import com.google.firestore.v1.ListenResponse;
import com.google.firestore.v1.Precondition;
import com.google.firestore.v1.StructuredQuery.FieldFilter;
import com.google.firestore.v1.StructuredQuery.Filter;
import com.google.firestore.v1.Target;
import com.google.firestore.v1.TargetChange;
import com.google.firestore.v1.TargetChange.TargetChangeType;
import com.google.firestore.v1.Value;
import com.google.firestore.v1.Write;
import com.google.firestore.v1.WriteResult;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.ringback.support.ServiceProcess;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.TlsServerCredentials;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/// A Firestore of our own: speaks google.firestore.v1 over gRPC as far as the client libraries of the tests do, keeps
/// documents with their times in memory, holds writers to their preconditions and tells listeners. It knows no security
/// rules. It has two doors: Ringback's, which can fail, and the apps', which does not.
final class FakeFirestore implements AutoCloseable {
    static final String PROJECT = "ringback-test";
    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization",
            Metadata.ASCII_STRING_MARSHALLER);

    private final Map<String, Document> documents = new TreeMap<>();
    private final List<Listening> listeners = new ArrayList<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final Set<String> authorizations = ConcurrentHashMap.newKeySet();
    private final @Nullable HeldCertificate certificate;
    private final Server appDoor;
    private final int port;
    private Server ringbackDoor;
    private long micros = 1_700_000_000_000_000L;
    private volatile Fault fault = new Fault.None();
    private volatile @Nullable Status listenFault;

    /// What is wrong with requests at Ringback's door; streams that are open stay so.
    sealed interface Fault {
        record None() implements Fault {}

        /// Each is answered so.
        record Answer(Status status) implements Fault {}

        /// None is answered.
        record Hang() implements Fault {}

        /// Each is late.
        record Slow(Duration by) implements Fault {}
    }

    FakeFirestore() {
        this(null);
    }

    /// @param certificate for TLS at Ringback's door; null for none
    FakeFirestore(@Nullable HeldCertificate certificate) {
        this.certificate = certificate;
        appDoor = open(0, false);
        ringbackDoor = open(ServiceProcess.freePort(), true);
        port = ringbackDoor.getPort();
    }

    /// Ringback's door.
    int port() {
        return port;
    }

    /// The settings that lead to it.
    Map<String, String> settings() {
        return Map.of("ringback.firestore.host", "127.0.0.1:" + port, "ringback.firestore.emulator", "true",
                "ringback.firestore.project-id", PROJECT);
    }

    void be(Fault next) {
        fault = next;
    }

    void heal() {
        fault = new Fault.None();
        listenFault = null;
    }

    /// Ends the open streams at Ringback's door, and refuses new ones, with this.
    void refuseListeners(Status status) {
        listenFault = status;
        List<Listening> ended;
        synchronized (this) {
            ended = List.copyOf(listeners.stream().filter(l -> l.ringbacks).toList());
            listeners.removeAll(ended);
        }
        ended.forEach(l -> l.out.onError(status.asException()));
    }

    /// How many streams are open at Ringback's door.
    synchronized long listening() {
        return listeners.stream().filter(l -> l.ringbacks).count();
    }

    /// Nobody answers at Ringback's door any more, and what was open is cut.
    void goDown() {
        ringbackDoor.shutdownNow();
        try {
            ringbackDoor.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
        synchronized (this) {
            listeners.removeIf(l -> l.ringbacks);
        }
    }

    void comeBack() {
        ringbackDoor = open(port, true);
    }

    /// How often documents were written by Ringback.
    int commits() {
        return commits.get();
    }

    /// What Ringback said who it is.
    Set<String> authorizations() {
        return authorizations;
    }

    /// An app, at its own door.
    Firestore app() {
        return FirestoreOptions.newBuilder()
                .setProjectId(PROJECT)
                .setEmulatorHost("127.0.0.1:" + appDoor.getPort())
                .build()
                .getService();
    }

    static <T> T done(ApiFuture<T> request) {
        try {
            return request.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static DocumentSnapshot read(Firestore app, String roomId) {
        return done(app.collection("calls").document(roomId).get());
    }

    @Override
    public void close() {
        ringbackDoor.shutdownNow();
        appDoor.shutdownNow();
    }

    private Server open(int atPort, boolean ringbacks) {
        var service = ServerServiceDefinition.builder("google.firestore.v1.Firestore")
                .addMethod(method("Commit", MethodType.UNARY, CommitRequest.getDefaultInstance(),
                        CommitResponse.getDefaultInstance()),
                        ServerCalls.asyncUnaryCall((request, out) -> commit(request, out, ringbacks)))
                .addMethod(method("BatchGetDocuments", MethodType.SERVER_STREAMING,
                        BatchGetDocumentsRequest.getDefaultInstance(), BatchGetDocumentsResponse.getDefaultInstance()),
                        ServerCalls.asyncServerStreamingCall(this::get))
                .addMethod(method("Listen", MethodType.BIDI_STREAMING, ListenRequest.getDefaultInstance(),
                        ListenResponse.getDefaultInstance()),
                        ServerCalls.asyncBidiStreamingCall(out -> new Listening(out, ringbacks)))
                .build();
        try {
            return Grpc.newServerBuilderForPort(atPort, ringbacks ? credentials() : InsecureServerCredentials.create())
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .addService(ringbacks ? ServerInterceptors.intercept(service, new Faults()) : service)
                    .build()
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private ServerCredentials credentials() throws IOException {
        return certificate == null
                ? InsecureServerCredentials.create()
                : TlsServerCredentials.create(stream(certificate.certificatePem()),
                        stream(certificate.privateKeyPkcs8Pem()));
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(String name, MethodType type,
            Q request, A answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName("google.firestore.v1.Firestore/" + name)
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
    }

    private final class Faults implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
                ServerCallHandler<Q, A> next) {
            authorizations.add(String.valueOf(headers.get(AUTHORIZATION)));
            if (call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING) {
                var refusal = listenFault;
                return refusal == null ? next.startCall(call, headers) : closed(call, refusal);
            }
            return switch (fault) {
                case Fault.None _ -> next.startCall(call, headers);
                case Fault.Answer(var status) -> closed(call, status);
                case Fault.Hang _ -> new ServerCall.Listener<>() {};
                case Fault.Slow(var by) -> {
                    LockSupport.parkNanos(by.toNanos());
                    yield next.startCall(call, headers);
                }
            };
        }

        private static <Q, A> ServerCall.Listener<Q> closed(ServerCall<Q, A> call, Status status) {
            call.close(status, new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    private void commit(CommitRequest request, StreamObserver<CommitResponse> out, boolean ringbacks) {
        if (ringbacks) {
            commits.incrementAndGet();
        }
        try {
            out.onNext(commit(request));
            out.onCompleted();
        } catch (StatusException refusal) {
            out.onError(refusal);
        }
    }

    private synchronized CommitResponse commit(CommitRequest request) throws StatusException {
        for (var write : request.getWritesList()) {
            check(write.getCurrentDocument(), documents.get(name(write)));
        }
        var now = nextTime();
        var answer = CommitResponse.newBuilder().setCommitTime(now);
        for (var write : request.getWritesList()) {
            if (write.hasUpdate()) {
                documents.put(name(write), written(write, documents.get(name(write)), now));
            } else {
                documents.remove(name(write));
            }
            answer.addWriteResults(WriteResult.newBuilder().setUpdateTime(now));
        }
        List.copyOf(listeners).forEach(listening -> listening.tell(now));
        return answer.build();
    }

    private static String name(Write write) {
        return write.hasUpdate() ? write.getUpdate().getName() : write.getDelete();
    }

    private static void check(Precondition condition, @Nullable Document found) throws StatusException {
        switch (condition.getConditionTypeCase()) {
            case EXISTS -> {
                if (condition.getExists() && found == null) {
                    throw Status.NOT_FOUND.withDescription("No document to update").asException();
                }
                if (!condition.getExists() && found != null) {
                    throw Status.ALREADY_EXISTS.asException();
                }
            }
            case UPDATE_TIME -> {
                if (found == null) {
                    throw Status.NOT_FOUND.withDescription("No document to update").asException();
                }
                if (!found.getUpdateTime().equals(condition.getUpdateTime())) {
                    throw Status.FAILED_PRECONDITION.asException();
                }
            }
            case CONDITIONTYPE_NOT_SET -> {
            }
        }
    }

    private static Document written(Write write, @Nullable Document before, Timestamp now) {
        var document = Document.newBuilder()
                .setName(write.getUpdate().getName())
                .setCreateTime(before == null ? now : before.getCreateTime())
                .setUpdateTime(now);
        if (!write.hasUpdateMask()) {
            return document.putAllFields(write.getUpdate().getFieldsMap()).build();
        }
        if (before != null) {
            document.putAllFields(before.getFieldsMap());
        }
        for (var path : write.getUpdateMask().getFieldPathsList()) {
            var value = write.getUpdate().getFieldsMap().get(path);
            if (value == null) {
                document.removeFields(path);
            } else {
                document.putFields(path, value);
            }
        }
        return document.build();
    }

    private void get(BatchGetDocumentsRequest request, StreamObserver<BatchGetDocumentsResponse> out) {
        for (var name : request.getDocumentsList()) {
            var answer = BatchGetDocumentsResponse.newBuilder();
            synchronized (this) {
                var found = documents.get(name);
                if (found == null) {
                    answer.setMissing(name);
                } else {
                    answer.setFound(found);
                }
                answer.setReadTime(nextTime());
            }
            out.onNext(answer.build());
        }
        out.onCompleted();
    }

    private Timestamp nextTime() {
        micros++;
        return Timestamp.newBuilder()
                .setSeconds(micros / 1_000_000)
                .setNanos((int) (micros % 1_000_000) * 1_000)
                .build();
    }

    /// One stream with one target: first what there is, then each change.
    private final class Listening implements StreamObserver<ListenRequest> {
        private final StreamObserver<ListenResponse> out;
        private final boolean ringbacks;
        private final Set<String> told = new HashSet<>();
        private Predicate<Document> target = _ -> false;
        private int targetId;
        private Timestamp toldUntil = Timestamp.getDefaultInstance();

        Listening(StreamObserver<ListenResponse> out, boolean ringbacks) {
            this.out = out;
            this.ringbacks = ringbacks;
        }

        @Override
        public void onNext(ListenRequest request) {
            synchronized (FakeFirestore.this) {
                if (request.hasAddTarget()) {
                    targetId = request.getAddTarget().getTargetId();
                    target = matching(request.getAddTarget());
                    out.onNext(change(TargetChangeType.ADD, true, null));
                    var now = nextTime();
                    tellDocuments();
                    out.onNext(change(TargetChangeType.CURRENT, true, now));
                    out.onNext(change(TargetChangeType.NO_CHANGE, false, now));
                    toldUntil = now;
                    listeners.add(this);
                }
            }
        }

        void tell(Timestamp now) {
            try {
                tellDocuments();
                out.onNext(change(TargetChangeType.NO_CHANGE, false, now));
                toldUntil = now;
            } catch (RuntimeException _) {
                listeners.remove(this);
            }
        }

        private void tellDocuments() {
            for (var document : documents.values()) {
                boolean matches = target.test(document);
                if (matches && later(document.getUpdateTime(), toldUntil)) {
                    told.add(document.getName());
                    out.onNext(ListenResponse.newBuilder()
                            .setDocumentChange(DocumentChange.newBuilder().setDocument(document).addTargetIds(targetId))
                            .build());
                } else if (!matches && told.remove(document.getName())) {
                    out.onNext(ListenResponse.newBuilder()
                            .setDocumentChange(
                                    DocumentChange.newBuilder().setDocument(document).addRemovedTargetIds(targetId))
                            .build());
                }
            }
        }

        private ListenResponse change(TargetChangeType type, boolean named, @Nullable Timestamp at) {
            var change = TargetChange.newBuilder().setTargetChangeType(type);
            if (named) {
                change.addTargetIds(targetId);
            }
            if (at != null) {
                change.setReadTime(at).setResumeToken(ByteString.copyFromUtf8(at.getSeconds() + "." + at.getNanos()));
            }
            return ListenResponse.newBuilder().setTargetChange(change).build();
        }

        @Override
        public void onError(Throwable failure) {
            gone();
        }

        @Override
        public void onCompleted() {
            gone();
            out.onCompleted();
        }

        private void gone() {
            synchronized (FakeFirestore.this) {
                listeners.remove(this);
            }
        }
    }

    private static boolean later(Timestamp one, Timestamp other) {
        return one.getSeconds() > other.getSeconds()
                || (one.getSeconds() == other.getSeconds() && one.getNanos() > other.getNanos());
    }

    private static Predicate<Document> matching(Target target) {
        if (target.hasDocuments()) {
            return document -> target.getDocuments().getDocumentsList().contains(document.getName());
        }
        var where = target.getQuery().getStructuredQuery().getWhere();
        return document -> matches(where, document);
    }

    private static boolean matches(Filter filter, Document document) {
        return switch (filter.getFilterTypeCase()) {
            case COMPOSITE_FILTER ->
                filter.getCompositeFilter().getFiltersList().stream().allMatch(part -> matches(part, document));
            case FIELD_FILTER -> matches(filter.getFieldFilter(), document);
            case UNARY_FILTER -> throw new IllegalArgumentException("not spoken here");
            case FILTERTYPE_NOT_SET -> true;
        };
    }

    private static boolean matches(FieldFilter filter, Document document) {
        var value = document.getFieldsMap().getOrDefault(filter.getField().getFieldPath(), Value.getDefaultInstance());
        return switch (filter.getOp()) {
            case EQUAL -> value.equals(filter.getValue());
            case IN -> in(filter.getValue().getArrayValue(), value);
            case ARRAY_CONTAINS -> in(value.getArrayValue(), filter.getValue());
            default -> throw new IllegalArgumentException("not spoken here");
        };
    }

    private static boolean in(ArrayValue values, Value value) {
        return values.getValuesList().contains(value);
    }
}
