package push;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service's HTTP API.
final class Api {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final URI SERVICE = URI.create("http://127.0.0.1:" + Started.PORT);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final String secret;

    Api(String secret) {
        this.secret = secret;
    }

    boolean isReady() throws InterruptedException {
        var request = HttpRequest.newBuilder(SERVICE.resolve("/actuator/health")).timeout(Duration.ofSeconds(2));
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    JsonNode post(String userId, String path, Object body, int status) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(SERVICE.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + tokens.computeIfAbsent(userId, this::token))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != status) {
            throw new IOException(path + " was answered with " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private String token(String userId) {
        try {
            var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256),
                    new JWTClaimsSet.Builder().subject(userId)
                            .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(12))))
                            .build());
            token.sign(new MACSigner(secret));
            return token.serialize();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
