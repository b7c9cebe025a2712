package dev.ringback.call;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.identity.Requester;
import dev.ringback.support.Bodies;
import dev.ringback.support.Quiet;
import dev.ringback.support.SettableClock;
import dev.ringback.web.ProblemException;
import dev.ringback.web.ValidId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/// Bodies of the call commands: the first byte says of which, the rest is the body.
@ExtendWith(Quiet.class)
class CallBodiesFuzzTests {
    private static final Requester ALICE = new Requester("alice", null, false);
    private static final CallSettings SETTINGS = new CallSettings(Duration.ofSeconds(45), Duration.ofSeconds(60),
            BusyPolicy.RING, TokenDelivery.ON_ACCEPT, true, Duration.ofHours(12), Duration.ofDays(30));

    private final Bodies bodies = new Bodies();
    private final NewCalls newCalls = new NewCalls(SETTINGS, Bodies.JSON, new SettableClock());

    @FuzzTest
    void aBodyIsReadOrRefusedInOrder(byte[] data) {
        if (data.length == 0) {
            return;
        }
        var body = Arrays.copyOfRange(data, 1, data.length);
        switch (data[0] & 7) {
            case 0 -> bodies.read(body, CallRequests.Initiate.class).ifPresent(this::initiate);
            case 1 -> named(body, CallRequests.Accept.class);
            case 2 -> named(body, CallRequests.Reject.class);
            case 3 -> named(body, CallRequests.Ignore.class);
            case 4 -> named(body, CallRequests.Invite.class);
            case 5 -> named(body, CallRequests.Plain.class);
            default -> path(new String(body, StandardCharsets.UTF_8));
        }
    }

    private void initiate(CallRequests.Initiate request) {
        bodies.comesBackAsItWas(request, CallRequests.Initiate.class);
        try {
            var call = newCalls.from(ALICE, request);
            assertThat(call.callerId()).isEqualTo("alice");
            assertThat(call.callerName().codePointCount(0, call.callerName().length())).isBetween(1, 128);
            assertThat(call.calledIds()).hasSizeBetween(1, Call.MAX_INVITATIONS)
                    .allMatch(ValidId.Check::isValid)
                    .doesNotHaveDuplicates()
                    .doesNotContain("alice");
            assertThat(call.ringTimeout()).isBetween(5, 180);
            if (call.custom() != null) {
                assertThat(call.custom().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(2048);
                var written = Bodies.JSON.readTree(call.custom());
                assertThat(Bodies.isTheSameJson(written, requireNonNull(request.custom()))).isTrue();
            }
        } catch (ProblemException refusal) {
            bodies.isARefusal(refusal);
        }
    }

    private <T extends CallRequests.NamesCall> void named(byte[] body, Class<T> type) {
        bodies.read(body, type).ifPresent(request -> {
            bodies.comesBackAsItWas(request, type);
            if (request instanceof CallRequests.Invite(_, _, _, var userIds)) {
                assertThat(List.copyOf(userIds)).hasSizeBetween(1, Call.MAX_INVITATIONS)
                        .allMatch(ValidId.Check::isValid);
            }
            try {
                assertThat(request.ref(ALICE)).isNotNull();
            } catch (ProblemException refusal) {
                bodies.isARefusal(refusal);
            }
        });
    }

    /// What stands in the path of `GET /api/call/{id}`.
    private static void path(String id) {
        assertThat(CallRef.parse(ALICE, id)).isNotNull();
    }
}
