package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/// Tokens that must not pass, over HTTP and over the socket.
class TokenAttackIntegrationTest {
    private static final Duration LONG_AGO = Duration.ofMinutes(5);
    private static final String EMPTY_KEY = "\0".repeat(32);

    @Nested
    @IntegrationTest
    @TestPropertySource(properties = "ringback.auth.audience=ringback")
    class WithASharedSecret {
        @LocalServerPort
        private int port;

        static Stream<Arguments> attacks() throws Exception {
            var good = claims().build();
            var header = new JWSHeader(JWSAlgorithm.HS256);
            return Stream.of(arguments("none", new PlainJWT(good).serialize()),
                    arguments("none in other letters", unsigned("nOnE", good)),
                    arguments("signature cut off", cut(Tokens.sign(header, good, Tokens.SECRET))),
                    arguments("another secret", Tokens.sign(header, good, "another-secret-of-more-than-32-bytes!")),
                    arguments("another algorithm", Tokens.sign(new JWSHeader(JWSAlgorithm.HS512), good,
                            Tokens.SECRET + Tokens.SECRET)),
                    arguments("expired", signed(claims().expirationTime(in(LONG_AGO.negated())))),
                    arguments("no exp", signed(claims().expirationTime(null))),
                    arguments("not valid yet", signed(claims().notBeforeTime(in(LONG_AGO)))),
                    arguments("wrong audience", signed(claims().audience("other"))),
                    arguments("no audience", signed(claims().audience((String) null))),
                    arguments("no subject", signed(claims().subject(null))),
                    arguments("blank subject", signed(claims().subject(" "))),
                    arguments("control characters", signed(claims().subject("a\nb"))),
                    arguments("subject too long", signed(claims().subject("x".repeat(129)))),
                    arguments("token of another kind", Tokens.sign(
                            new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("secevent+jwt")).build(),
                            good, Tokens.SECRET)),
                    arguments("a key by path", signed(header().keyID("../../../../dev/null"), EMPTY_KEY)),
                    arguments("a key by query", signed(header().keyID("x' union select 'k"), EMPTY_KEY)),
                    arguments("a key by address",
                            signed(header().jwkURL(URI.create("http://localhost:1/keys")), EMPTY_KEY)),
                    arguments("a certificate by address",
                            signed(header().x509CertURL(URI.create("http://localhost:1/cert")), EMPTY_KEY)),
                    arguments("an extension that must be known",
                            signed(header().criticalParams(Set.of("exp")), Tokens.SECRET)),
                    arguments("a token in a token", signed(header().contentType("JWT").type(new JOSEObjectType("JWE")),
                            Tokens.SECRET)),
                    arguments("a body that is not encoded", signed(header().base64URLEncodePayload(false)
                            .criticalParams(Set.of("b64")), Tokens.SECRET)),
                    arguments("a list for a subject",
                            raw("{\"sub\":[\"a\"],\"aud\":\"ringback\",\"exp\":32503680000}")),
                    arguments("two subjects",
                            raw("{\"sub\":\"a\",\"sub\":\"b\",\"aud\":\"ringback\",\"exp\":32503680000}")),
                    arguments("a text for an end", raw("{\"sub\":\"a\",\"aud\":\"ringback\",\"exp\":\"tomorrow\"}")),
                    arguments("an end before all time", raw("{\"sub\":\"a\",\"aud\":\"ringback\",\"exp\":-1}")),
                    arguments("claims that are a list", raw("[\"a\"]")), arguments("claims that are no JSON", raw("a")),
                    arguments("claims that are deep",
                            raw("{\"sub\":\"a\",\"x\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}")),
                    arguments("changed claims", changed(Tokens.sign(header, good, Tokens.SECRET))),
                    arguments("not a token", "x"), arguments("empty parts", ".."));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("attacks")
        void theyAreRefusedEverywhere(String attack, String token) {
            var refused = Api.as(port, token).get("/api/call/active").mustBe(401, "unauthenticated");
            assertThat(refused.toString()).doesNotContain(token);
            Api.as(port, token).post("/api/call/initiate", "{\"called_id\":\"bob\"}").mustBe(401, "unauthenticated");
            assertThatThrownBy(() -> StompUser.connect(port, token)).as(attack).isNotNull();
        }

        @Test
        void aGoodTokenPasses() throws Exception {
            var token = signed(claims());
            Api.as(port, token).get("/api/call/active").mustBe(200);
            StompUser.connect(port, token).close();
        }

        @Test
        void noRouteIsOpenWithoutAToken() {
            for (var path : new String[]{"/api/call/active", "/api/call", "/api/call/x", "/", "/demo/users",
                    "/actuator",
                    "/actuator/env", "/actuator/metrics", "/webjars/x", "/nonsense"}) {
                Api.as(port, null).get(path).mustBe(401, "unauthenticated");
            }
            Api.as(port, null).post("/demo/token", "{\"user_id\":\"alice\"}").mustBe(401, "unauthenticated");
        }

        /// Ringback asks nobody for a key but whom the operator has named.
        @Test
        void noAddressInATokenIsAsked() throws Exception {
            try (var attacker = new MockWebServer()) {
                attacker.start();
                var there = attacker.url("/keys").uri();
                for (var header : List.of(header().jwkURL(there), header().x509CertURL(there),
                        header().keyID(there.toString()))) {
                    Api.as(port, signed(header, EMPTY_KEY)).get("/api/call/active").mustBe(401, "unauthenticated");
                }
                assertThat(attacker.getRequestCount()).isZero();
            }
        }

        @Test
        void aTokenInTheAddressIsNoToken() {
            Api.as(port, null).get("/api/call/active?access_token=" + signed(claims())).mustBe(401, "unauthenticated");
        }
    }

    @Nested
    @IntegrationTest
    class WithAKeySet {
        private static final MockWebServer ISSUER = new MockWebServer();
        private static RSAKey key;

        @LocalServerPort
        private int port;

        @BeforeAll
        static void publishTheKey() throws Exception {
            key = new RSAKeyGenerator(2048).keyID("k1").generate();
            ISSUER.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    return new MockResponse.Builder().body(new JWKSet(key.toPublicJWK()).toString()).build();
                }
            });
        }

        @AfterAll
        static void stop() {
            ISSUER.close();
        }

        @DynamicPropertySource
        static void settings(DynamicPropertyRegistry registry) throws Exception {
            ISSUER.start();
            registry.add("ringback.auth.hs256-secret", () -> "");
            registry.add("ringback.auth.jwk-set-uri", () -> ISSUER.url("/keys").toString());
        }

        @Test
        void theIssuersTokenPasses() throws Exception {
            Api.as(port, rsa(key)).get("/api/call/active").mustBe(200);
            StompUser.connect(port, rsa(key)).close();
        }

        @Test
        void anHmacMadeWithThePublicKeyDoesNotPass() throws Exception {
            var publicKey = new String(Base64.getEncoder().encode(key.toRSAPublicKey().getEncoded()),
                    StandardCharsets.US_ASCII);
            var header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build();
            for (var secret : new String[]{publicKey, key.toPublicJWK().toJSONString(), Tokens.SECRET}) {
                var token = Tokens.sign(header, claims().build(), secret);
                Api.as(port, token).get("/api/call/active").mustBe(401, "unauthenticated");
                assertThatThrownBy(() -> StompUser.connect(port, token)).isNotNull();
            }
        }

        @Test
        void aTokenWithAKeyOfItsOwnDoesNotPass() throws Exception {
            var mine = new RSAKeyGenerator(2048).keyID("k1").generate();
            Api.as(port, rsa(mine)).get("/api/call/active").mustBe(401, "unauthenticated");
            var header = new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(mine.toPublicJWK()).build();
            var token = new SignedJWT(header, claims().build());
            token.sign(new RSASSASigner(mine));
            Api.as(port, token.serialize()).get("/api/call/active").mustBe(401, "unauthenticated");
        }
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().subject("mallory")
                .audience("ringback")
                .expirationTime(in(Duration.ofHours(1)));
    }

    private static Date in(Duration time) {
        return Date.from(Clock.systemUTC().instant().plus(time));
    }

    private static String signed(JWTClaimsSet.Builder claims) {
        return Tokens.sign(new JWSHeader(JWSAlgorithm.HS256), claims.build(), Tokens.SECRET);
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.HS256);
    }

    private static String signed(JWSHeader.Builder header, String secret) {
        return Tokens.sign(header.build(), claims().build(), secret);
    }

    /// Claims as they are written, signed as they should be.
    private static String raw(String claims) throws JOSEException {
        var token = new JWSObject(header().build(), new Payload(claims));
        token.sign(new MACSigner(Tokens.SECRET));
        return token.serialize();
    }

    private static String rsa(RSAKey key) throws Exception {
        var token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").build(), claims().build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static String unsigned(String algorithm, JWTClaimsSet claims) {
        return base64("{\"alg\":\"" + algorithm + "\"}") + "." + base64(claims.toString()) + ".";
    }

    private static String cut(String token) {
        return token.substring(0, token.lastIndexOf('.') + 1);
    }

    private static String changed(String token) {
        var parts = token.split("\\.", -1);
        var claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        return parts[0] + "." + base64(claims.replace("mallory", "alice")) + "." + parts[2];
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
