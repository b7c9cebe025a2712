package dev.ringback.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.ringback.support.Chromium;
import dev.ringback.support.TestDatabase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

/// The demo page in a real browser: two people, each in a browser of their own, sometimes with two tabs.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "ringback.rate-limit.enabled=false")
@ContextConfiguration(initializers = TestDatabase.class)
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class BrowserIntegrationTest {
    private static final int PHONE_WIDTH = 390;
    private static final String LONG = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            + "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
            + "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
            + "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww";

    private static Chromium chromium;

    @LocalServerPort
    private int port;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String aliceId = "alice-" + run;
    private final String bobId = "bob-" + run;
    private final List<DemoTab> tabs = new ArrayList<>();
    private final List<WebSocketRoute> sockets = new ArrayList<>();
    private BrowserContext alices;
    private BrowserContext bobs;

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.launch();
    }

    @AfterAll
    static void stopBrowser() {
        chromium.close();
    }

    @BeforeEach
    void openBrowsers() {
        alices = chromium.browser().newContext();
        bobs = chromium.browser()
                .newContext(new Browser.NewContextOptions().setViewportSize(PHONE_WIDTH, 844)
                        .setPermissions(List.of("clipboard-read", "clipboard-write")));
    }

    @AfterEach
    void closeBrowsers() {
        for (var browser : List.of(alices, bobs)) {
            // else a request that is answered here may be answered in a page that is gone
            browser.pages().forEach(Page::unrouteAll);
            browser.close();
        }
    }

    @Test
    void anAnsweredCallBringsBothIntoTheSameRoom() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        alice.press("call-video-" + bobId);
        bob.rings();
        assertThat(bob.see("caller-name")).hasText(capitalised(aliceId));
        assertThat(bob.see("call-kind")).containsText("Video call");
        assertThat(bob.see("ring")).isFocused();
        assertThat(alice.see("outgoing-state")).hasText("Ringing");

        bob.press("accept");
        alice.isInCall();
        bob.isInCall();
        bob.isSilent();
        assertThat(bob.see("in-call")).isFocused();
        var room = alice.see("room-id").textContent();
        assertThat(room).isNotBlank();
        assertThat(bob.see("room-id")).hasText(room);
        assertThat(bob.see("room-note")).containsText("Simulated room");
        assertThat(bob.see("token-life")).containsText(Pattern.compile("^1[45]:\\d\\d"));

        assertThat(bob.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(PHONE_WIDTH);

        alice.press("end");
        alice.isInNoCall();
        bob.isInNoCall();
        bob.tells("has ended");
        nothingWentWrong();
    }

    @Test
    void aNewTokenIsAnotherOne() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        alice.call(bobId);
        bob.press("accept");
        bob.isInCall();
        var first = copiedToken(bob);
        bob.press("renewToken");
        assertThat(bob.page().locator("[data-type='token 200']")).hasCount(1);
        assertThat(bob.see("renewToken")).isEnabled();
        assertThat(copiedToken(bob)).isNotBlank().isNotEqualTo(first);
        nothingWentWrong();
    }

    @Test
    void aDeclineStopsTheRingAndTellsTheCaller() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        var bobsTablet = tab(bobs).join(bobId);
        // only then does the page know his name
        assertThat(alice.see("person-" + bobId)).isVisible();
        alice.call(bobId);
        bob.rings();
        bobsTablet.rings();
        bob.press("decline");
        bob.isInNoCall();
        bob.tells("You declined");
        bobsTablet.isInNoCall();
        bobsTablet.tells("declined on another device");
        alice.isInNoCall();
        alice.tells(capitalised(bobId) + " declined.");
        nothingWentWrong();
    }

    @Test
    void aCancelStopsTheRingAndLeavesAMissedCall() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        alice.call(bobId);
        bob.rings();
        alice.press("cancel");
        alice.isInNoCall();
        bob.isInNoCall();
        assertThat(bob.see("notice-missed")).hasCount(1);
        assertThat(bob.see("notice-missed")).containsText("Missed video call from " + capitalised(aliceId));
        nothingWentWrong();
    }

    @Test
    void aCallThatNobodyAnswersTimesOut() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        alice.ringFor("5");
        alice.call(bobId);
        bob.rings();
        assertThat(bob.see("countdown")).hasText(Pattern.compile("0:0[1-5]"));
        assertThat(bob.see("notice-missed")).isVisible(within(15_000));
        bob.isInNoCall();
        alice.tells("did not answer");
        alice.isInNoCall();
        nothingWentWrong();
    }

    @Test
    void anIgnoredRingGoesOnInTheOtherTab() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        var bobsTablet = tab(bobs).join(bobId);
        alice.call(bobId);
        bob.rings();
        bobsTablet.rings();
        bobsTablet.press("ignore");
        bobsTablet.isSilent();
        bobsTablet.page().reload();
        assertThat(bobsTablet.see("connection")).hasText("Online");
        bob.rings();
        bob.press("accept");
        bob.isInCall();
        alice.isInCall();
        bobsTablet.isInNoCall();
        nothingWentWrong();
    }

    @Test
    void anAnswerInOneTabStopsTheOther() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        var bobsTablet = tab(bobs).join(bobId);
        alice.call(bobId);
        bob.rings();
        bobsTablet.rings();
        bob.press("accept");
        bobsTablet.isInNoCall();
        bobsTablet.tells("answered on another device");
        bob.isInCall();
        nothingWentWrong();
    }

    @Test
    void callsOfEachOtherBecomeOne() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        alice.call(bobId);
        bob.rings();
        bob.callAtOnce(aliceId);
        alice.isInCall();
        bob.isInCall();
        alice.isSilent();
        bob.isSilent();
        assertThat(bob.see("room-id")).hasText(alice.see("room-id").textContent());
        bob.tells("called each other");
        alice.tells("called each other");
        nothingWentWrong();
    }

    @Test
    void aSecondCallRingsAsCallWaiting() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        var carol = tab(alices).join("carol-" + run);
        alice.call(bobId);
        bob.press("accept");
        bob.isInCall();
        carol.call(bobId);
        bob.rings();
        assertThat(bob.see("busy")).isVisible();
        bob.page().keyboard().press("Escape");
        bob.isSilent();
        bob.tells("Ignored on this device");
        bob.isInCall();
        assertThat(carol.see("outgoing-state")).hasText("Ringing");
        nothingWentWrong();
    }

    @Test
    void aReloadedPageComesBackIntoItsCall() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        alice.call(bobId);
        bob.rings();
        bob.page().reload();
        bob.rings();
        alice.page().reload();
        assertThat(alice.see("outgoing-state")).hasText("Ringing");
        bob.press("accept");
        alice.isInCall();
        bob.isInCall();
        bob.page().reload();
        bob.isInCall();
        alice.page().reload();
        alice.isInCall();
        nothingWentWrong();
    }

    @Test
    void aLostSocketComesBackAndLearnsWhatItMissed() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs);
        var reachable = new boolean[]{true};
        bob.page().routeWebSocket("**/ws", socket -> {
            if (reachable[0]) {
                socket.connectToServer();
                sockets.add(socket);
            } else {
                socket.close();
            }
        });
        bob.join(bobId);
        alice.call(bobId);
        bob.rings();
        // the acknowledgement is through: one that is cut off would be sent again when the call is over
        assertThat(alice.see("outgoing-state")).hasText("Ringing");
        reachable[0] = false;
        sockets.getLast().close();
        assertThat(bob.see("connection")).containsText("Offline");
        alice.press("cancel");
        alice.isInNoCall();
        bob.rings();
        reachable[0] = true;
        assertThat(bob.see("connection")).hasText("Online", textWithin(15_000));
        bob.isInNoCall();
        assertThat(bob.see("notice-missed")).hasCount(1);
        nothingWentWrong();
    }

    @Test
    void lateAndDoubledEventsChangeNothing() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs);
        var rings = new ArrayList<Runnable>();
        bob.page().routeWebSocket("**/ws", socket -> socket.connectToServer().onMessage(frame -> {
            socket.send(frame.text());
            if (frame.text().contains("\"incoming_call\"")) {
                rings.add(() -> socket.send(frame.text()));
            }
        }));
        bob.join(bobId);
        alice.call(bobId);
        bob.rings();
        rings.getFirst().run();
        assertThat(bob.dropped("duplicate", "incoming_call").first()).isVisible();
        assertThat(bob.see("incoming")).hasCount(1);
        alice.press("cancel");
        bob.isInNoCall();
        rings.getFirst().run();
        assertThat(bob.dropped("stale", "incoming_call")).hasCount(1);
        bob.isInNoCall();
        nothingWentWrong();
    }

    @Test
    void aTokenIsRenewedBeforeItEnds() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs);
        var minted = new ArrayList<String>();
        bob.page().onRequest(request -> {
            if (request.url().endsWith("/demo/token")) {
                minted.add(request.url());
            }
        });
        var sockets = new ArrayList<String>();
        bob.page().onWebSocket(socket -> sockets.add(socket.url()));
        bob.page().clock().install();
        bob.join(bobId);
        assertThat(minted).hasSize(1);
        // the token lasts an hour
        bob.page().clock().fastForward("59:05");
        bob.page().waitForCondition(() -> sockets.size() == 2 && minted.size() == 2);
        assertThat(bob.see("connection")).hasText("Online");
        alice.call(bobId);
        bob.rings();
        bob.press("accept");
        bob.isInCall();
        alice.isInCall();
        nothingWentWrong();
    }

    @Test
    void whoeverOpensThePageTellsWhoTheyAre() {
        var alice = tab(alices);
        alice.page().navigate(origin());
        alice.see("name").fill("Alice <b>" + run + "</b>");
        assertThat(alice.see("user-id")).hasValue("alice-<b>" + run + "</b>");
        alice.see("user-id").fill(aliceId);
        alice.press("join");
        assertThat(alice.see("connection")).hasText("Online");
        assertThat(alice.see("self-name")).hasText("Alice <b>" + run + "</b> (" + aliceId + ")");
        var bob = tab(bobs).join(bobId);
        assertThat(bob.see("person-" + aliceId)).containsText("Alice <b>");
        alice.press("call-audio-" + bobId);
        assertThat(bob.see("caller-name")).hasText("Alice <b>" + run + "</b>");
        assertThat(bob.see("call-kind")).containsText("Audio call");
        nothingWentWrong();
    }

    @Test
    void twoTabsOfOneBrowserAreTwoUsers() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(alices).join(bobId);
        alice.call(bobId);
        bob.press("accept");
        bob.isInCall();
        alice.isInCall();
        bob.page().reload();
        bob.isInCall();
        nothingWentWrong();
    }

    @Test
    void whoWasMissedIsInTheHistoryAndCanBeCalledBack() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        alice.call(bobId);
        bob.rings();
        alice.press("cancel");
        assertThat(bob.see("past-call")).containsText("Missed video call");
        assertThat(alice.see("past-call")).containsText("Outgoing video call, cancelled");
        assertThat(alice.see("trace-link")).hasAttribute("href",
                Pattern.compile("/trace/[0-9a-f-]{36}\\?user=" + aliceId));
        bob.see("past-call").getByText("Call back").click();
        alice.rings();
        alice.press("accept");
        bob.isInCall();
        bob.press("end");
        assertThat(bob.see("past-call")).hasCount(2);
        bob.see("only-missed").check();
        assertThat(bob.see("past-call")).hasCount(1);
        nothingWentWrong();
    }

    @Test
    void aGroupIsPickedFromTheContacts() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        var carolId = "carol-" + run;
        var carol = tab(bobs).join(carolId);
        alice.see("pick-" + bobId).check();
        assertThat(alice.see("group-video")).isHidden();
        alice.see("pick-" + carolId).check();
        alice.press("group-video");
        bob.rings();
        carol.rings();
        assertThat(bob.see("call-kind")).containsText("to 2 people");
        bob.press("decline");
        alice.tells(capitalised(bobId) + " declined.");
        carol.press("accept");
        alice.isInCall();
        nothingWentWrong();
    }

    @Test
    void whoLeftStaysAContactAndIsOffline() {
        var alice = tab(alices).join(aliceId);
        var bob = tab(bobs).join(bobId);
        assertThat(alice.see("person-" + bobId)).containsText("online");
        alice.call(bobId);
        bob.press("decline");
        alice.isInNoCall();
        bob.page().close();
        assertThat(alice.see("person-" + bobId)).containsText("offline");
        alice.page().reload();
        assertThat(alice.see("person-" + bobId)).containsText("offline");
        assertThat(alice.complaints()).isEmpty();
    }

    @Test
    void theRoomProviderCanBeMadeToFail() {
        var alice = tab(alices).join(aliceId);
        tab(bobs).join(bobId);
        assertThat(alice.see("simulated")).isVisible();
        alice.see("failures").selectOption("1");
        assertThat(alice.see("simulator-state")).hasText("Set.");
        try {
            alice.call(bobId);
            alice.tells("There is no room right now");
        } finally {
            alice.see("failures").selectOption("0");
            alice.page().waitForResponse("**/demo/simulator", () -> alice.see("latency").selectOption("200"));
            alice.page().waitForResponse("**/demo/simulator", () -> alice.see("latency").selectOption("0"));
        }
        alice.call(bobId);
        assertThat(alice.see("outgoing")).isVisible();
    }

    @Test
    void aDeadServiceIsSaidAndNothingBreaks() {
        var alice = tab(alices);
        var dead = new boolean[1];
        alice.page().routeWebSocket("**/ws", socket -> {
            if (dead[0]) {
                socket.close();
            } else {
                sockets.add(socket);
                socket.connectToServer();
            }
        });
        alice.join(aliceId);
        dead[0] = true;
        alice.page().route("**/api/**", Route::abort);
        alice.page().route("**/demo/**", Route::abort);
        sockets.getLast().close();
        assertThat(alice.see("connection")).containsText("Offline: the service does not answer");
        alice.call(bobId);
        alice.tells("The service does not answer.");
        assertThat(alice.see("dial-video")).isEnabled();
        assertThat(alice.complaints()).noneMatch(complaint -> complaint.startsWith("uncaught"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<script>alert(1)</script>", "שלום עולם", "👩‍👩‍👧‍👦 Zoë 🎉", LONG})
    void anyNameIsShownAsItIs(String name) {
        var alice = tab(alices).join(aliceId + "&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8));
        var bob = tab(bobs).join(bobId);
        var shown = name.substring(0, Math.min(100, name.length()));
        alice.call(bobId);
        assertThat(bob.see("caller-name")).hasText(shown);
        assertThat(bob.see("person-" + aliceId)).containsText(shown);
        assertThat(bob.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(PHONE_WIDTH);
        bob.press("decline");
        assertThat(bob.see("past-call")).containsText(shown);
        assertThat(bob.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(PHONE_WIDTH);
        nothingWentWrong();
    }

    private DemoTab tab(BrowserContext context) {
        var tab = new DemoTab(context, origin());
        tabs.add(tab);
        return tab;
    }

    private static String copiedToken(DemoTab tab) {
        tab.press("copy-token");
        assertThat(tab.see("copy-token")).hasText("Copied");
        return (String) tab.page().evaluate("navigator.clipboard.readText()");
    }

    private String origin() {
        return "http://localhost:" + port;
    }

    private void nothingWentWrong() {
        assertThat(tabs).flatExtracting(DemoTab::complaints).isEmpty();
    }

    private static LocatorAssertions.IsVisibleOptions within(double ms) {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(ms);
    }

    private static LocatorAssertions.HasTextOptions textWithin(double ms) {
        return new LocatorAssertions.HasTextOptions().setTimeout(ms);
    }

    private static String capitalised(String id) {
        return Character.toUpperCase(id.charAt(0)) + id.substring(1);
    }
}
