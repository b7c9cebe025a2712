package dev.ringback.gateway.firestore;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.auth.Credentials;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// Google's own emulator, where it is installed (`apt-get install google-cloud-cli-firestore-emulator`, or
/// `gcloud components install cloud-firestore-emulator`): the one thing beside Google itself that knows security rules.
final class FirestoreEmulator implements AutoCloseable {
    static final String IS_THERE = "dev.ringback.gateway.firestore.FirestoreEmulator#isThere";
    static final String PROJECT = "ringback-rules";
    private static final Path INSTALLED = Path
            .of("/usr/lib/google-cloud-sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar");
    private static final String MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";

    private final Process process;
    private final int port;

    /// @param rules that hold for apps
    FirestoreEmulator(Path rules) throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=en", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", INSTALLED.toString(), MAIN,
                "--host", "127.0.0.1", "--port", Integer.toString(port), "--rules", rules.toString())
                .redirectErrorStream(true)
                .redirectOutput(Files.createTempFile("firestore-emulator", ".log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
                return true;
            }
        });
    }

    static boolean isThere() {
        return Files.exists(INSTALLED);
    }

    int port() {
        return port;
    }

    /// As Ringback: no rules apply.
    Firestore owner() {
        return client(new FirestoreOptions.EmulatorCredentials());
    }

    /// As a signed-in user of the app, or as nobody.
    Firestore app(@Nullable String userId) {
        return client(new AppUser(userId));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Firestore client(Credentials credentials) {
        return FirestoreOptions.newBuilder()
                .setProjectId(PROJECT)
                .setChannelProvider(FirestoreConfiguration.plain("127.0.0.1:" + port).build())
                .setCredentialsProvider(FixedCredentialsProvider.create(credentials))
                .build()
                .getService();
    }

    /// The emulator believes tokens that are not signed.
    private static final class AppUser extends Credentials {
        private final transient Map<String, List<String>> headers;

        AppUser(@Nullable String userId) {
            headers = userId == null ? Map.of() : Map.of("authorization", List.of("Bearer " + token(userId)));
        }

        private static String token(String userId) {
            var claims = """
                    {"sub":"%1$s","user_id":"%1$s","iss":"https://securetoken.google.com/%2$s","aud":"%2$s","exp":4102444800,"iat":1}"""
                    .formatted(userId, PROJECT);
            return part("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + part(claims) + ".";
        }

        private static String part(String json) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String getAuthenticationType() {
            return "app";
        }

        @Override
        public Map<String, List<String>> getRequestMetadata(@Nullable URI uri) {
            return headers;
        }

        @Override
        public boolean hasRequestMetadata() {
            return !headers.isEmpty();
        }

        @Override
        public boolean hasRequestMetadataOnly() {
            return true;
        }

        @Override
        public void refresh() {
            // good for ever
        }
    }
}
