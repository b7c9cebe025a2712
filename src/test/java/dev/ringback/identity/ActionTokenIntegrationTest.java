package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ringback.database.KeptKeys;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.SettableClock;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/// What a phone can do with the token from a push, and what nobody can.
class ActionTokenIntegrationTest {
    private static final String DEVICE = "phone";

    @TestConfiguration
    static class Time {
        @Bean
        @Primary
        SettableClock settableClock() {
            return new SettableClock();
        }
    }

    /// A call by alice that rings for bob, and the token in the push to bob's phone.
    @IntegrationTest
    @Import(Time.class)
    abstract static class Ringing {
        @LocalServerPort
        int port;
        @Autowired
        ActionTokens tokens;
        @Autowired
        SettableClock clock;
        @Autowired
        JdbcClient jdbc;

        final String bob = "bob-" + UUID.randomUUID();
        JsonNode call;
        String callId;
        String roomId;
        Instant deadline;
        String token;
        Api phone;

        @BeforeEach
        void ring() {
            call = user("alice-" + UUID.randomUUID()).call(bob);
            callId = call.get("call_id").asString();
            roomId = call.get("room_id").asString();
            deadline = Instant.parse(call.get("expires_at").asString());
            token = tokens.mint(UUID.fromString(callId), bob, DEVICE, deadline);
            phone = Api.as(port, token);
        }

        /// A user whose own token outlives the clock of these tests.
        Api user(String userId) {
            return Api.as(port, Tokens.signed(claims -> claims.subject(userId).expirationTime(inAMonth())));
        }

        JsonNode asBobSeesIt() {
            return user(bob).read(call);
        }
    }

    @Nested
    class ByDefault extends Ringing {

        @ParameterizedTest
        @ValueSource(strings = {"{}", "{\"call_id\":\"CALL\"}", "{\"room_id\":\"ROOM\"}",
                "{\"call_id\":\"CALL\",\"room_id\":\"ROOM\",\"device_id\":\"phone\",\"user_id\":\"BOB\"}"})
        void itRingsIgnoresAndRejects(String body) {
            var named = body.replace("CALL", callId).replace("ROOM", roomId).replace("BOB", bob);
            phone.post("/api/call/ringing", named).mustBe(204);
            assertThat(asBobSeesIt().get("invitations").get(0).get("ringing_at").isString()).isTrue();
            phone.post("/api/call/ignore", named).mustBe(204);
            assertThat(jdbc.sql("select ignored_by[1] from invitation where call_id = ?")
                    .param(UUID.fromString(callId))
                    .query(String.class)
                    .single()).isEqualTo(DEVICE);
            var rejected = phone.post("/api/call/reject", named).mustBe(200);
            assertThat(rejected.get("state").asString()).isEqualTo("rejected");
            assertThat(phone.post("/api/call/reject", named).mustBe(200).get("version"))
                    .isEqualTo(rejected.get("version"));
        }

        @Test
        void itReadsItsCallByIdAndByRoom() {
            assertThat(phone.get("/api/call/" + callId).mustBe(200).get("state").asString()).isEqualTo("ringing");
            assertThat(phone.get("/api/call/" + roomId).mustBe(200).get("call_id").asString()).isEqualTo(callId);
        }

        @ParameterizedTest
        @CsvSource({"POST,/api/call/accept", "POST,/api/call/token", "POST,/api/call/initiate", "POST,/api/call/invite",
                "POST,/api/call/cancel", "POST,/api/call/end", "POST,/api/call/nonsense", "POST,/api/push/register",
                "POST,/api/push/unregister", "POST,/api/push/subscribe", "POST,/api/push/unsubscribe",
                "GET,/api/push/devices", "GET,/api/call", "GET,/api/call/active", "GET,/api/call/CALL/trace",
                "GET,/api/call/reject/", "GET,/actuator/env", "GET,/nonsense"})
        void everyOtherRouteIsClosed(String method, String route) {
            var path = route.replace("CALL", callId);
            var body = "{\"call_id\":\"%s\",\"called_id\":\"carol\",\"device_id\":\"phone\"}".formatted(callId);
            (method.equals("GET") ? phone.get(path) : phone.post(path, body)).mustBe(403, "forbidden");
            assertThat(asBobSeesIt().get("version")).isEqualTo(call.get("version"));
        }

        @Test
        void aSocketIsClosedToIt() {
            assertThatThrownBy(() -> StompUser.connect(port, token)).isNotNull();
        }

        @Test
        void anotherCallOfTheSameUserIsClosedToIt() {
            var other = user("carol-" + UUID.randomUUID()).call(bob);
            var otherId = other.get("call_id").asString();
            var otherRoom = other.get("room_id").asString();
            for (var body : List.of("{\"call_id\":\"%s\"}".formatted(otherId),
                    "{\"room_id\":\"%s\"}".formatted(otherRoom),
                    "{\"call_id\":\"%s\",\"room_id\":\"%s\"}".formatted(callId, otherRoom))) {
                for (var command : List.of("ringing", "ignore", "reject")) {
                    phone.post("/api/call/" + command, body).mustBe(403, "forbidden");
                }
            }
            phone.get("/api/call/" + otherId).mustBe(403, "forbidden");
            phone.get("/api/call/" + otherRoom).mustBe(403, "forbidden");
            phone.get("/api/call/" + UUID.randomUUID()).mustBe(403, "forbidden");
            assertThat(user(bob).read(other).get("version")).isEqualTo(other.get("version"));
            assertThat(asBobSeesIt().get("version")).isEqualTo(call.get("version"));
        }

        @Test
        void anotherDeviceAndAnotherUserAreClosedToIt() {
            for (var command : List.of("ringing", "ignore")) {
                phone.post("/api/call/" + command, "{\"device_id\":\"tablet\"}").mustBe(403, "forbidden");
            }
            phone.post("/api/call/reject", "{\"user_id\":\"alice\"}").mustBe(403, "user_mismatch");
            assertThat(asBobSeesIt().get("version")).isEqualTo(call.get("version"));
        }

        @Test
        void whoWasNotCalledLearnsNothing() {
            var stranger = Api.as(port, tokens.mint(UUID.fromString(callId), "mallory", DEVICE, deadline));
            stranger.get("/api/call/" + callId).mustBe(404, "call_not_found");
            stranger.post("/api/call/reject", "{}").mustBe(403, "not_a_party");
            var unknown = UUID.randomUUID();
            Api.as(port, tokens.mint(unknown, bob, DEVICE, deadline))
                    .get("/api/call/" + unknown)
                    .mustBe(404, "call_not_found");
        }

        @Test
        void afterTheGraceItOnlyReadsAndAfterSixHoursNothing() {
            clock.advance(Duration.between(clock.instant(), deadline.plusSeconds(30)));
            assertThat(phone.post("/api/call/reject", "{}").status()).as("let in, and too late or not")
                    .isNotEqualTo(403);
            clock.advance(Duration.ofSeconds(1));
            for (var command : List.of("ringing", "ignore", "reject", "accept")) {
                phone.post("/api/call/" + command, "{}").mustBe(403, "action_lapsed");
            }
            phone.get("/api/call/" + callId).mustBe(200);
            clock.advance(Duration.between(clock.instant(), deadline.plus(Duration.ofHours(6)).minusSeconds(1)));
            phone.get("/api/call/" + callId).mustBe(200);
            phone.get("/api/call/active").mustBe(403);
            clock.advance(Duration.ofSeconds(2));
            phone.get("/api/call/" + callId).mustBe(401, "unauthenticated");
            phone.post("/api/call/reject", "{}").mustBe(401, "unauthenticated");
        }

        @Test
        void aForgedOneIsRefusedEverywhere() throws Exception {
            forgeries().forEach(forgery -> {
                var name = String.valueOf(forgery.get()[0]);
                var forged = String.valueOf(forgery.get()[1]);
                for (var command : List.of("ringing", "ignore", "reject", "accept", "initiate")) {
                    assertThat(Api.as(port, forged).post("/api/call/" + command, "{\"called_id\":\"carol\"}").status())
                            .as(name)
                            .isEqualTo(401);
                }
                var refused = Api.as(port, forged).get("/api/call/" + callId).mustBe(401, "unauthenticated");
                assertThat(refused.toString()).doesNotContain(forged);
                assertThatThrownBy(() -> StompUser.connect(port, forged)).as(name).isNotNull();
            });
            assertThat(asBobSeesIt().get("version")).isEqualTo(call.get("version"));
        }

        private Stream<Arguments> forgeries() throws Exception {
            var parts = token.split("\\.", -1);
            var claims = text(parts[1]);
            var header = header("ringback-action+jwt");
            var userClaims = new JWTClaimsSet.Builder().subject(bob)
                    .claim("c", callId)
                    .claim("d", DEVICE)
                    .claim("a", deadline.plusSeconds(30).getEpochSecond())
                    .expirationTime(inAMonth())
                    .build();
            byte[] actionKey = Base64.getDecoder().decode(new KeptKeys(jdbc, clock).get("action-token", () -> ""));
            return Stream.of(
                    arguments("other user", parts[0] + "." + base64(claims.replace(bob, "mallory")) + "." + parts[2]),
                    arguments("longer life", parts[0] + "." + base64(claims.replace("\"exp\":1", "\"exp\":2")) + "."
                            + parts[2]),
                    arguments("no signature", parts[0] + "." + parts[1] + "."),
                    arguments("another token's signature", parts[0] + "." + parts[1] + "." + tokens
                            .mint(UUID.randomUUID(), bob, DEVICE, deadline)
                            .split("\\.", -1)[2]),
                    arguments("none", base64("{\"alg\":\"none\",\"typ\":\"ringback-action+jwt\"}") + "." + parts[1]
                            + "."),
                    arguments("none, first members swapped",
                            base64("{\"typ\":\"ringback-action+jwt\",\"alg\":\"none\"}") + "." + parts[1] + "."),
                    arguments("signed by the users' signer", Tokens.sign(header, userClaims, Tokens.SECRET)),
                    arguments("the same in other letters",
                            Tokens.sign(header("Ringback-Action+JWT"), userClaims, Tokens.SECRET)),
                    arguments("user token signed by our key", signed(header("JWT"), userClaims, actionKey)),
                    arguments("without a type, signed by our key",
                            signed(new JWSHeader(JWSAlgorithm.HS256), userClaims, actionKey)),
                    arguments("no exp", signed(header,
                            new JWTClaimsSet.Builder(userClaims).expirationTime(null).build(), actionKey)));
        }

        @Test
        void itIsSmall() {
            var id = UUID.randomUUID().toString();
            assertThat(tokens.mint(UUID.fromString(callId), id, id, deadline)).hasSizeLessThan(350);
        }

        @Test
        void idsOfAnyKindTravelUnchanged() {
            var odd = "o'\"\\\u00e9\ud83d\ude00 </x>" + UUID.randomUUID();
            var json = odd.replace("\\", "\\\\").replace("\"", "\\\"");
            var third = user("alice-" + UUID.randomUUID()).call(json);
            var minted = tokens.mint(UUID.fromString(third.get("call_id").asString()), odd, odd, deadline);
            Api.as(port, minted).post("/api/call/ringing", "{\"device_id\":\"%s\"}".formatted(json)).mustBe(204);
        }

        @Test
        void allNodesHaveTheKeyOfTheFirst() throws Exception {
            var name = "test-" + UUID.randomUUID();
            var start = new CyclicBarrier(8);
            try (var nodes = Executors.newFixedThreadPool(8)) {
                var keys = nodes.invokeAll(IntStream.range(0, 8).<Callable<String>>mapToObj(_ -> () -> {
                    start.await();
                    return new KeptKeys(jdbc, clock).get(name, () -> UUID.randomUUID().toString());
                }).toList()).stream().map(f -> f.resultNow()).distinct().toList();
                assertThat(keys).hasSize(1);
            }
        }
    }

    @Nested
    @TestPropertySource(properties = "ringback.action-token.allow-accept=true")
    class WhereItMayAccept extends Ringing {

        @Test
        void itAcceptsForItsOwnDeviceOnly() {
            phone.post("/api/call/accept", "{\"device_id\":\"tablet\"}").mustBe(403, "forbidden");
            phone.post("/api/call/accept", "{\"call_id\":\"%s\"}".formatted(UUID.randomUUID()))
                    .mustBe(403, "forbidden");
            var accepted = phone.post("/api/call/accept", "{}").mustBe(200);
            assertThat(accepted.get("state").asString()).isEqualTo("accepted");
            assertThat(accepted.get("token").asString()).isNotEmpty();
            phone.post("/api/call/accept", "{}").mustBe(200);
            user(bob).command("accept", call, ",\"device_id\":\"tablet\"").mustBe(409, "answered_elsewhere");
            user(bob).command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        }

        @Test
        void itStillGetsNoTokenOtherwise() {
            phone.post("/api/call/token", "{}").mustBe(403, "forbidden");
            phone.post("/api/call/end", "{}").mustBe(403, "forbidden");
        }
    }

    private static Date inAMonth() {
        return Date.from(Clock.systemUTC().instant().plus(Duration.ofDays(30)));
    }

    private static JWSHeader header(String type) {
        return new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType(type)).build();
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, byte[] key) throws Exception {
        var token = new SignedJWT(header, claims);
        token.sign(new MACSigner(key));
        return token.serialize();
    }

    private static String text(String base64) {
        return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
