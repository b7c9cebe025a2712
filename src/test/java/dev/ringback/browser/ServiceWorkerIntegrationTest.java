package dev.ringback.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.WebSocketRoute;
import dev.ringback.browser.TestApp.PushService;
import dev.ringback.notify.Channel;
import dev.ringback.support.Api;
import dev.ringback.support.Chromium;
import dev.ringback.support.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.bean.override.convention.TestBean;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The service worker in a real browser, with the pushes that the service makes.
@TestApp
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class ServiceWorkerIntegrationTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final PushService PUSHES = new PushService();
    private static Chromium chromium;

    @LocalServerPort
    private int port;
    @TestBean(name = "webPushChannel")
    @SuppressWarnings("UnusedVariable")
    private @Nullable Channel channel;

    @Autowired
    private MeterRegistry metrics;
    private final String bobId = "bob-" + UUID.randomUUID();
    private Api alice;
    private Api bob;
    private AppTab bobs;

    static Channel channel() {
        return PUSHES.channel();
    }

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.launchWhole();
    }

    @AfterAll
    static void stopBrowser() {
        chromium.close();
    }

    @BeforeEach
    void bobsBrowserIsRegisteredAndClosed() {
        alice = Api.as(port, Tokens.named("alice-" + UUID.randomUUID(), "Alice"));
        bob = Api.user(port, bobId);
        bobs = new AppTab(chromium.browser(), port).open(bobId).registerPush();
        // from now on no page of his is connected
        bobs.open(null);
        // else a push would wait for his socket
        await().until(() -> metrics.get("ringback.sockets").tag("kind", "stomp").gauge().value() == 0);
    }

    @AfterEach
    void closeBrowser() {
        bobs.page().context().close();
    }

    @Test
    void aRingStaysUntilItIsAnsweredAndTheCallerHearsOfIt() throws InterruptedException {
        var call = alice.call(bobId);
        ring();
        var shown = bobs.shows("Incoming video call");
        assertThat(shown.get("title").asString()).isEqualTo("Alice");
        assertThat(shown.get("requireInteraction").asBoolean()).isTrue();
        assertThat(shown.get("actions").valueStream().map(button -> button.get("action").asString()))
                .containsExactly("accept", "decline");
        await().until(() -> alice.read(call).at("/invitations/0/ringing_at").isString());
    }

    @Test
    void decliningNeedsNoPage() throws InterruptedException {
        var call = alice.call(bobId);
        ring();
        bobs.shows("Incoming video call");
        bobs.press("decline");
        var declined = alice.read(call);
        assertThat(declined.get("state").asString()).isEqualTo("rejected");
        assertThat(declined.get("reason").asString()).isEqualTo("declined");
        assertThat(bobs.shown()).isEmpty();
        assertThat(bobs.page().context().pages()).hasSize(1);
    }

    @Test
    void wipingItAwaySilencesThisDeviceAlone() throws InterruptedException {
        var call = alice.call(bobId);
        ring();
        bobs.shows("Incoming video call");
        bobs.wipeAway();
        assertThat(alice.read(call).get("state").asString()).isEqualTo("ringing");
        // a device that was silenced gets nothing of the call when it connects
        bobs.open(bobId);
        assertThat(bobs.does("phases()")).isEqualTo(List.of());
    }

    @ParameterizedTest
    @CsvSource({"cancel, Missed call", "accept, Answered on another device", "reject, Declined on another device"})
    void theRingGivesWayToWhatBecameOfTheCall(String what, String words) throws InterruptedException {
        var call = alice.initiate("{\"called_id\":\"%s\",\"call_type\":\"audio\"}".formatted(bobId));
        ring();
        var tag = bobs.shows("Incoming call").get("tag");
        if (what.equals("cancel")) {
            alice.command("cancel", call).mustBe(200);
        } else {
            bob.command(what, call, ",\"device_id\":\"phone\"").mustBe(200);
        }
        bobs.push(PUSHES.next(bobs.endpoint()));
        var shown = bobs.shows(words);
        assertThat(shown.get("tag")).isEqualTo(tag);
        assertThat(shown.has("requireInteraction")).isFalse();
        assertThat(shown.get("silent").asBoolean()).isTrue();
    }

    @Test
    void theRingEndsWithItsDeadlineThoughNothingMoreComes() throws InterruptedException {
        alice.initiate("{\"called_id\":\"%s\",\"ring_timeout\":5}".formatted(bobId));
        ring();
        bobs.shows("Incoming video call");
        bobs.shows("Missed call");
    }

    @Test
    void aRingThatComesAfterItsStopIsNotShown() throws InterruptedException {
        var call = alice.call(bobId);
        var ring = PUSHES.next(bobs.endpoint());
        alice.command("cancel", call).mustBe(200);
        var stop = stopPush();
        bobs.push(stop);
        bobs.shows("Missed call");
        bobs.push(ring);
        bobs.push(ring);
        await().during(Duration.ofMillis(500)).until(() -> !bobs.shown().get(0).has("requireInteraction"));
        bobs.shows("Missed call");
    }

    @Test
    void whoIsCalledAgainAfterDecliningIsRungAgain() throws InterruptedException {
        var call = alice.initiate("{\"called_ids\":[\"%s\",\"carol-%s\"]}".formatted(bobId, UUID.randomUUID()));
        ring();
        bobs.shows("Incoming video call");
        bob.command("reject", call).mustBe(200);
        ring();
        bobs.shows("Declined on another device");
        alice.command("invite", call, ",\"user_ids\":[\"%s\"]".formatted(bobId)).mustBe(200);
        ring();
        assertThat(bobs.shows("Incoming video call").get("renotify").asBoolean()).isTrue();
    }

    @Test
    void aRingForACallThatIsOverIsShownAsMissed() throws InterruptedException {
        var call = alice.call(bobId);
        var ring = PUSHES.next(bobs.endpoint());
        alice.command("cancel", call).mustBe(200);
        bobs.push(ring);
        bobs.shows("Missed call");
    }

    @Test
    void aRingPastItsDeadlineIsShownAsMissedThoughTheServiceIsDead() throws InterruptedException {
        alice.call(bobId);
        var ring = (ObjectNode) JSON.readTree(PUSHES.next(bobs.endpoint()));
        ring.put("expires_at", "2026-01-01T00:00:00.000Z").put("expires_in_ms", 0).remove("action_token");
        bobs.push(ring.toString());
        bobs.shows("Missed call");
    }

    @Test
    void aClockThatIsHoursWrongMakesNoDifference() throws InterruptedException {
        alice.call(bobId);
        var ring = (ObjectNode) JSON.readTree(PUSHES.next(bobs.endpoint()));
        // as it looks to a machine that is years ahead; the service still says that it rings
        ring.put("expires_at", "2020-01-01T00:00:00.000Z");
        bobs.push(ring.toString());
        bobs.shows("Incoming video call");
    }

    @Test
    void whatIsNoEventIsDropped() throws InterruptedException {
        alice.call(bobId);
        var ring = PUSHES.next(bobs.endpoint());
        List.of("", "no JSON", "null", "[]", "{}", "\"incoming_call\"", forged(ring, "type", "\"nonsense\""),
                forged(ring, "call_id", "\"../../x\""), forged(ring, "call_id", "{}"), forged(ring, "version", "\"x\""),
                forged(ring, "version", "0"), forged(ring, "expires_at", "\"soon\""),
                forged(ring, "expires_in_ms", "{}"))
                .forEach(bobs::push);
        // and what comes next is not harmed
        bobs.push(ring);
        bobs.shows("Incoming video call");
    }

    @Test
    void namesAreShownAsTheyAre() throws InterruptedException {
        var names = List.of("<img src=x onerror=alert(1)>", "👩‍👩‍👧 Zoë", "שלום עולם");
        for (var name : names) {
            Api.as(port, Tokens.named("zoe-" + UUID.randomUUID(), name)).call(bobId);
            ring();
        }
        bobs.page().waitForCondition(() -> bobs.shown().size() == names.size());
        assertThat(bobs.shown().valueStream().map(shown -> shown.get("title").asString()).toList()).isEqualTo(names);
    }

    @Test
    void aForgedNameTurnsNothingAroundAndHasAnEnd() throws InterruptedException {
        alice.call(bobId);
        var ring = (ObjectNode) JSON.readTree(PUSHES.next(bobs.endpoint()));
        ring.put("caller_name", "\u202eeve\n" + "x".repeat(200));
        bobs.push(ring.toString());
        assertThat(bobs.shows("Incoming video call").get("title").asString()).isEqualTo("eve" + "x".repeat(97));
    }

    @Test
    void acceptingIsDoneByThePageThatIsOpen() throws InterruptedException {
        var call = alice.call(bobId);
        ring();
        bobs.shows("Incoming video call");
        bobs.open(bobId);
        bobs.press("accept");
        bobs.waitsFor("phases().includes('in-call')");
        bobs.waitsFor("ringback.calls[0].roomToken !== null");
        assertThat(alice.read(call).get("state").asString()).isEqualTo("accepted");
        assertThat(bobs.shown()).isEmpty();
    }

    @Test
    void aPageThatIsOpenedToAcceptDoesSoOnce() throws InterruptedException {
        var call = alice.call(bobId);
        bobs.open(bobId, "#ringback-accept=" + call.get("call_id").asString());
        bobs.waitsFor("phases().includes('in-call')");
        assertThat((String) bobs.does("location.hash")).isEmpty();
        assertThat(alice.read(call).get("state").asString()).isEqualTo("accepted");
    }

    @Test
    void aDeclineThatDoesNotGetThroughIsSaid() throws InterruptedException {
        alice.call(bobId);
        ring();
        bobs.shows("Incoming video call");
        // the service is not where it was
        bobs.does("""
                navigator.serviceWorker.ready.then(({ active }) => active.postMessage(
                    { ringback: 'configure', server: 'http://localhost:1/', page: location.href, texts: {} }))""");
        bobs.press("decline");
        bobs.shows("Not declined: no connection");
    }

    @Test
    void aPushThatThePageHasHeardOfByItsSocketChangesNothing() {
        bobs.open(bobId);
        var call = alice.call(bobId);
        bobs.waitsFor("told.some(({ type }) => type === 'incoming')");
        bobs.push(JSON.createObjectNode()
                .put("type", "incoming_call")
                .put("call_id", call.get("call_id").asString())
                .put("version", 1)
                .put("caller_name", "Alice")
                .put("expires_at", call.get("expires_at").asString())
                .put("expires_in_ms", 40_000)
                .toString());
        bobs.waitsFor("told.some(({ kind, verdict }) => kind === 'push' && verdict !== 'news')");
        assertThat(bobs.does("told.filter(({ type }) => type === 'incoming').length")).isEqualTo(1);
    }

    @Test
    void aPushTellsThePageThatHasNoSocket() throws InterruptedException {
        bobs.page().routeWebSocket("**/ws", WebSocketRoute::close);
        bobs.load(bobId, "");
        alice.call(bobId);
        bobs.push(PUSHES.next(bobs.endpoint()));
        bobs.waitsFor("phases().includes('incoming')");
        assertThat((String) bobs.does("ringback.connection")).isNotEqualTo("online");
    }

    @Test
    void aSubscriptionThatTheBrowserTakesBackIsRenewedWithoutAPage() {
        var fresh = "https://localhost/push/" + UUID.randomUUID();
        bobs.subscriptionChanges(fresh);
        var tokens = bob.get("/api/push/devices").mustBe(200).at("/devices/0/tokens");
        assertThat(tokens).hasSize(1);
        assertThat(tokens.at("/0/token").asString()).endsWith(fresh.substring(fresh.length() - 4));
        // the next one is proved by what was kept of this one
        var next = "https://localhost/push/" + UUID.randomUUID();
        bobs.subscriptionChanges(next);
        assertThat(bob.get("/api/push/devices").mustBe(200).at("/devices/0/tokens/0/token").asString())
                .endsWith(next.substring(next.length() - 4));
    }

    @Test
    void whoLogsOutIsRungNoMore() {
        bobs.open(bobId);
        assertThat(bobs.does("ringback.devices().then(devices => devices.length)")).isEqualTo(1);
        bobs.does("ringback.registerPush({ serviceWorker: '/test-app/sw.js' }).then(() => ringback.unregisterPush())");
        assertThat(bobs.does("ringback.devices().then(devices => devices.length)")).isEqualTo(0);
        bobs.does(
                "ringback.registerPush({ serviceWorker: '/test-app/sw.js' }).then(device => ringback.removeDevice(device.device_id))");
        assertThat(bob.get("/api/push/devices").mustBe(200).get("devices")).isEmpty();
    }

    @Test
    void ourOwnFileWorksAsTheWorkerToo() throws InterruptedException {
        var carols = new AppTab(chromium.browser(), port);
        var carolId = "carol-" + UUID.randomUUID();
        carols.open(carolId).registerPush("/ringback-sw.js").open(null);
        alice.call(carolId);
        carols.push(PUSHES.next(carols.endpoint()));
        carols.browserShows("Incoming video call");
        carols.page().context().close();
    }

    /// A push for another call, with this in it.
    private static String forged(String ring, String member, String json) {
        var push = (ObjectNode) JSON.readTree(ring);
        push.put("call_id", UUID.randomUUID().toString());
        return push.set(member, JSON.readTree(json)).toString();
    }

    /// Delivers the next push.
    private void ring() throws InterruptedException {
        bobs.push(PUSHES.next(bobs.endpoint()));
    }

    /// Of a stop and a missed call the last: both may come.
    private String stopPush() throws InterruptedException {
        var all = new ArrayList<String>();
        do {
            all.add(PUSHES.next(bobs.endpoint()));
        } while (!all.getLast().contains("call_missed"));
        return all.getLast();
    }
}
