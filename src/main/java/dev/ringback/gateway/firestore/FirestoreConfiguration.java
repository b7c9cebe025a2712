package dev.ringback.gateway.firestore;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.auth.Credentials;
import com.google.cloud.firestore.FirestoreOptions;
import dev.ringback.call.CallCommands;
import dev.ringback.call.Calls;
import dev.ringback.notify.Broker;
import dev.ringback.notify.Broker.Audience;
import io.grpc.ManagedChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FirestoreConfiguration {
    static final String NAME = "firestore";

    private static final String GOOGLE = "firestore.googleapis.com:443";
    /// What one HTTP/2 connection to Google carries is 100; the rest is for what clients write.
    private static final int CONCURRENCY = 64;
    /// A read, a write, and both again.
    private static final Duration TIMEOUT = Duration.ofSeconds(8);
    private static final Duration ONE_REQUEST = Duration.ofSeconds(3);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    /// Null when the mirror is off. Opens no connection before the first request.
    @Bean
    @Nullable
    Database firestoreDatabase(FirestoreSettings settings) {
        if (!settings.isOn()) {
            if (!settings.projectId().isBlank() || !settings.host().isBlank() || settings.listen()) {
                throw new FailureAnalyzedException("ringback.firestore is half configured: credentials are missing.",
                        "Set ringback.firestore.credentials too, or remove the other ringback.firestore settings.");
            }
            return null;
        }
        if (settings.collection().isBlank() || settings.collection().split("/", -1).length % 2 == 0) {
            throw new FailureAnalyzedException("ringback.firestore.collection is not the path of a collection.",
                    "Set ringback.firestore.collection to a name such as calls, or to a path such as apps/mine/calls.");
        }
        return settings.emulator() ? emulated(settings) : real(settings);
    }

    /// What it needs of calls is looked up when it is needed: calls know of brokers, too.
    @Bean
    @Nullable
    CallDocuments callDocuments(FirestoreSettings settings, ObjectProvider<Database> database,
            ObjectProvider<Calls> calls, ObjectProvider<CallCommands> commands, MeterRegistry metrics) {
        var on = database.getIfAvailable();
        if (on == null) {
            return null;
        }
        var words = settings.listen() ? new ClientWords(calls, commands, metrics) : null;
        return new CallDocuments(on, calls, words, settings.keepFor());
    }

    @Bean
    Broker firestoreBroker(ObjectProvider<CallDocuments> documents) {
        var on = documents.getIfAvailable();
        return on == null
                ? Broker.off(NAME)
                : new Broker(NAME, Audience.CALL, false, CONCURRENCY, TIMEOUT, new FirestorePublisher(on));
    }

    @Bean
    @ConditionalOnBooleanProperty("ringback.firestore.listen")
    ClientWrites clientWrites(Database database, CallDocuments documents) {
        return new ClientWrites(database, documents);
    }

    private static Database real(FirestoreSettings settings) {
        var account = ServiceAccount.read(settings.credentials());
        var projectId = settings.projectId().isBlank() ? account.getProjectId() : settings.projectId();
        if (projectId == null || projectId.isBlank()) {
            throw new FailureAnalyzedException("ringback.firestore.credentials name no project_id.",
                    "Set ringback.firestore.project-id.");
        }
        return database(settings, projectId, channel(settings.host().isBlank() ? GOOGLE : settings.host()), account);
    }

    private static Database emulated(FirestoreSettings settings) {
        if (settings.host().isBlank() || settings.projectId().isBlank()) {
            throw new FailureAnalyzedException("ringback.firestore.emulator needs host and project-id.",
                    "Set ringback.firestore.host (as localhost:8080) and ringback.firestore.project-id, or remove ringback.firestore.emulator.");
        }
        return database(settings, settings.projectId(),
                plain(settings.host()),
                new FirestoreOptions.EmulatorCredentials());
    }

    private static Database database(FirestoreSettings settings, String projectId,
            InstantiatingGrpcChannelProvider.Builder channel, Credentials credentials) {
        var once = RetrySettings.newBuilder()
                .setMaxAttempts(1)
                .setInitialRpcTimeoutDuration(ONE_REQUEST)
                .setMaxRpcTimeoutDuration(ONE_REQUEST)
                .setTotalTimeoutDuration(ONE_REQUEST)
                .build();
        var client = FirestoreOptions.newBuilder()
                .setProjectId(projectId)
                .setDatabaseId(settings.databaseId())
                .setChannelProvider(channel.build())
                .setCredentialsProvider(FixedCredentialsProvider.create(credentials))
                .setRetrySettings(once)
                .build()
                .getService();
        return new Database(client, settings.collection());
    }

    /// Without encryption.
    @SuppressWarnings("rawtypes")
    static InstantiatingGrpcChannelProvider.Builder plain(String host) {
        return channel(host).setChannelConfigurator(ManagedChannelBuilder::usePlaintext);
    }

    private static InstantiatingGrpcChannelProvider.Builder channel(String host) {
        return InstantiatingGrpcChannelProvider.newBuilder()
                .setEndpoint(host.contains(":") ? host : host + ":443")
                .setAttemptDirectPath(false)
                .setKeepAliveTimeDuration(KEEP_ALIVE)
                .setKeepAliveTimeoutDuration(ONE_REQUEST);
    }
}
