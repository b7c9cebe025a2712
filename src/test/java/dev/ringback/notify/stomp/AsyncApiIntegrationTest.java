package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.call.CallState;
import dev.ringback.call.CallType;
import dev.ringback.call.InvitationState;
import dev.ringback.call.Reason;
import dev.ringback.call.TokenDelivery;
import dev.ringback.notify.Notice;
import dev.ringback.notify.NoticeType;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.web.ProblemCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `docs/asyncapi.yaml` describes the socket as it is: nothing more, nothing less.
@IntegrationTest
class AsyncApiIntegrationTest {
    private static final String EVENTS = "events";
    private static final String REPLIES = "replies";

    @LocalServerPort
    private int port;
    @Autowired
    private JsonMapper json;

    private AsyncApi described;

    @BeforeEach
    void read() throws IOException {
        described = AsyncApi.read();
    }

    @Test
    void everyDestinationIsDescribedAndNoOther() {
        var addresses = described.root()
                .get("channels")
                .valueStream()
                .map(channel -> channel.get("address").asString());
        assertThat(addresses).containsExactlyInAnyOrderElementsOf(
                Stream.concat(Destinations.SUBSCRIBABLE.stream(), Destinations.COMMANDS.stream()).toList());
        assertThat(described.channel(EVENTS).get("address").asString()).isEqualTo(Destinations.CALLS);
        assertThat(described.channel(REPLIES).get("address").asString()).isEqualTo(Destinations.REPLIES);
    }

    @Test
    void everyCommandIsAnOperationWithAReply() {
        var commands = described.root()
                .get("operations")
                .valueStream()
                .filter(operation -> operation.get("action").asString().equals("receive"))
                .toList();
        assertThat(commands).hasSameSizeAs(Destinations.COMMANDS)
                .allSatisfy(command -> assertThat(described.meant(command.get("reply").get("channel")))
                        .isEqualTo(described.channel(REPLIES)));
        assertThat(commands).extracting(command -> described.meant(command.get("channel")).get("address").asString())
                .containsExactlyInAnyOrderElementsOf(Destinations.COMMANDS);
    }

    @Test
    void everyEventIsDescribedAndNoOther() {
        assertThat(described.channel(EVENTS).get("messages").propertyNames())
                .containsExactlyInAnyOrderElementsOf(words(NoticeType.values()));
        described.channel(EVENTS)
                .get("messages")
                .propertyStream()
                .forEach(message -> assertThat(
                        described.faults(described.meant(message.getValue()).get("payload"), json.valueToTree(
                                Map.of("type", message.getKey()))))
                        .noneMatch(fault -> fault.startsWith("/type")));
    }

    @Test
    void anEventHasTheMembersThatAreDescribed() {
        var whole = json.readTree(json.writeValueAsBytes(wholeNotice()));
        assertThat(whole.propertyNames())
                .containsExactlyInAnyOrderElementsOf(described.members(described.schema("Event")));
        assertThat(described.faults(described.schema("Event"), whole)).isEmpty();
    }

    @Test
    void wordsAreThoseOfTheService() {
        assertThat(words("CallState")).isEqualTo(words(CallState.values()));
        assertThat(words("InvitationState")).isEqualTo(words(InvitationState.values()));
        assertThat(words("CallType")).isEqualTo(words(CallType.values()));
        assertThat(words("TokenDelivery")).isEqualTo(words(TokenDelivery.values()));
        assertThat(words("Reason")).isEqualTo(words(Reason.values()));
        assertThat(words(described.schema("Problem").get("properties").get("code")))
                .isEqualTo(words(ProblemCode.values()));
    }

    @Test
    void commandsTakeWhatTheirRoutesTake() throws IOException {
        var routes = json.readTree(Files.readString(Path.of("docs", "openapi.json")));
        for (var command : Destinations.COMMANDS) {
            var name = command.substring(command.lastIndexOf('/') + 1);
            var reference = routes.get("paths")
                    .get("/api/call/" + name)
                    .at("/post/requestBody/content/application~1json/schema/$ref")
                    .asString();
            var body = routes.at(reference.substring(1));
            var payload = described.message(name).get("payload");
            assertThat(described.members(payload)).as(name)
                    .containsExactlyInAnyOrderElementsOf(body.get("properties").propertyNames());
            assertThat(described.meant(payload).path("required")).as(name).isEqualTo(body.path("required"));
        }
    }

    @Test
    void theExamplesAreAsDescribed() {
        described.root().get("components").get("messages").propertyStream().forEach(message -> {
            var examples = message.getValue().path("examples");
            assertThat(examples.isEmpty()).as(message.getKey())
                    .isEqualTo(Set.of("changed", "done").contains(message.getKey()));
            examples.valueStream()
                    .forEach(example -> assertThat(
                            described.faults(message.getValue().get("payload"), example.get("payload")))
                            .as(message.getKey())
                            .isEmpty());
        });
    }

    @Test
    void theCommandsOfTheExamplesAreUnderstood() throws Exception {
        try (var caller = StompUser.connected(port, unique("dora"))) {
            for (var command : Destinations.COMMANDS) {
                var name = command.substring(command.lastIndexOf('/') + 1);
                var example = described.message(name).get("examples").get(0).get("payload");
                var reply = caller.send(name, example.toString());
                if (name.equals("initiate")) {
                    reply.mustBe(201);
                } else {
                    // its members are right; the call of the example is nobody's
                    reply.mustBe(404, "call_not_found");
                }
            }
        }
    }

    @Test
    void whatTheServiceSendsIsAsDescribed() throws Exception {
        var aliceId = unique("alice");
        var bobId = unique("bob");
        try (var alice = StompUser.connected(port, aliceId);
                var phone = StompUser.connected(port, bobId, "phone");
                var tablet = StompUser.connected(port, bobId, "tablet")) {
            var call = reply("placed", alice.send("initiate",
                    "{\"called_id\":\"%s\",\"caller_name\":\"Alice\",\"token_delivery\":\"embedded\",\"custom\":{\"topic\":1}}"
                            .formatted(bobId)));
            event(phone, NoticeType.INCOMING_CALL);
            event(tablet, NoticeType.INCOMING_CALL);
            reply("done", phone.send("ringing", named(call, ",\"device_id\":\"phone\"")));
            event(alice, NoticeType.CALL_RINGING);
            reply("done", tablet.send("ignore", named(call, ",\"device_id\":\"tablet\"")));
            reply("admitted", phone.send("accept", named(call, ",\"device_id\":\"phone\"")));
            event(alice, NoticeType.CALL_ACCEPTED);
            event(phone, NoticeType.CALL_ANSWERED_ELSEWHERE);
            event(tablet, NoticeType.CALL_ANSWERED_ELSEWHERE);
            reply("problem", tablet.send("accept", named(call, ",\"device_id\":\"tablet\"")));
            reply("admitted", alice.send("token", named(call, "")));
            reply("changed", alice.send("end", named(call, "")));
            event(phone, NoticeType.CALL_ENDED);

            call = reply("placed", alice.send("initiate", "{\"called_id\":\"%s\"}".formatted(bobId)));
            reply("changed", phone.send("reject", named(call, ",\"reason\":\"In a meeting\"")));
            event(alice, NoticeType.CALL_REJECTED);
            phone.rest();
            call = reply("placed", alice.send("initiate", "{\"called_id\":\"%s\"}".formatted(bobId)));
            reply("changed", alice.send("invite", named(call, ",\"user_ids\":[\"%s\"]".formatted(bobId))));
            reply("changed", alice.send("cancel", named(call, "")));
            event(phone, NoticeType.INCOMING_CALL);
            event(phone, NoticeType.INCOMING_CALL);
            event(phone, NoticeType.CALL_CANCELLED);
            event(phone, NoticeType.CALL_MISSED);
            reply("problem", alice.send("initiate", "{\"ring_timeout\":\"x\"}"));
        }
    }

    private void event(StompUser user, NoticeType type) throws InterruptedException {
        var name = type.name().toLowerCase(Locale.ROOT);
        assertThat(described.faults(described.message(name).get("payload"), user.next(name))).as(name).isEmpty();
    }

    private JsonNode reply(String message, StompUser.Reply reply) {
        var payload = described.message(message).get("payload");
        if (described.meant(payload).path("type").asString("").equals("null")) {
            assertThat(reply.status()).isEqualTo(204);
            assertThat(reply.body().isEmpty()).isTrue();
        } else {
            assertThat(described.faults(payload, reply.body())).as(message + " " + reply.body()).isEmpty();
        }
        return reply.body();
    }

    private static String named(JsonNode call, String more) {
        return "{\"call_id\":\"%s\"%s}".formatted(call.get("call_id").asString(), more);
    }

    private static String unique(String user) {
        return user + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /// With every member that one can have.
    private static Notice wholeNotice() {
        var now = Instant.parse("2026-11-22T12:00:00.123Z");
        var call = new Notice.Subject(UUID.randomUUID(), "room", 3, "accepted", "words", "video", "alice", "Alice",
                "bob", List.of(new Notice.Leg("bob", "accepted", now, now)), now, now, now, "embedded", true,
                "{\"topic\":1}");
        return new Notice("bob", NoticeType.CALL_ACCEPTED, call, "ended", "bob", now, 1000, "phone", true, "token",
                null);
    }

    private static Set<String> words(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> words(String schema) {
        return words(described.schema(schema));
    }

    private static Set<String> words(JsonNode schema) {
        return schema.get("enum").valueStream().map(JsonNode::asString).collect(Collectors.toCollection(TreeSet::new));
    }
}
