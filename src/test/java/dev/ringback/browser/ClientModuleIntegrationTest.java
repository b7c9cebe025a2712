package dev.ringback.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.ringback.support.Api;
import dev.ringback.support.Chromium;
import dev.ringback.support.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// The client module in a real browser, in an app that is not ours.
@TestApp
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class ClientModuleIntegrationTest {
    private static Chromium chromium;
    private static final OtherOrigin ALLOWED = new OtherOrigin();
    private static final OtherOrigin STRANGER = new OtherOrigin();

    @LocalServerPort
    private int port;

    private final String aliceId = "alice-" + UUID.randomUUID();
    private final String bobId = "bob-" + UUID.randomUUID();
    private final List<AppTab> tabs = new ArrayList<>();
    private Api alice;

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.launch();
    }

    @AfterAll
    static void stopAll() {
        chromium.close();
        ALLOWED.close();
        STRANGER.close();
    }

    @DynamicPropertySource
    static void otherOrigins(DynamicPropertyRegistry settings) {
        settings.add("ringback.http.allowed-origins", ALLOWED::toString);
    }

    @BeforeEach
    void caller() {
        alice = Api.user(port, aliceId);
    }

    @AfterEach
    void closeBrowsers() {
        tabs.forEach(tab -> tab.page().context().close());
    }

    @ParameterizedTest
    @CsvSource({"ringback.js, text/javascript", "ringback.d.ts, text/plain", "ringback-sw.js, text/javascript",
            "ringback/stomp/index.js, text/javascript"})
    void itsFilesAreForEverybodyAndSentOnceUntilTheyChange(String file, String type) {
        var first = Api.as(port, null).get("/" + file).response();
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Content-Type")).hasValueSatisfying(t -> assertThat(t).startsWith(type));
        assertThat(first.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).doesNotContain("unsafe"));
        assertThat(first.headers().firstValue("Last-Modified")).isEmpty();
        var etag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(Api.as(port, null).get("/" + file, "If-None-Match", etag).status()).isEqualTo(304);
    }

    @Test
    void aCallFromPageToPage() {
        var alices = tab().open(aliceId);
        var bobs = tab().open(bobId);
        var id = alices
                .does("ringback.call('" + bobId + "', { type: 'audio', custom: { topic: 'x' } }).then(c => c.id)");
        bobs.waitsFor("phases().includes('incoming')");
        assertThat(bobs.does("ringback.calls[0].snapshot.custom.topic")).isEqualTo("x");
        assertThat(((Number) bobs.does("ringback.calls[0].msLeft")).doubleValue()).isBetween(30_000.0, 45_000.0);
        alices.waitsFor("ringback.calls[0].heard");
        bobs.does("ringback.accept('" + id + "').then(c => c.phase)");
        for (var tab : List.of(alices, bobs)) {
            tab.waitsFor("phases().includes('in-call') && ringback.calls[0].roomToken");
        }
        alices.does("ringback.end('" + id + "').then(c => c.phase)");
        bobs.waitsFor("told.some(({ type, outcome }) => type === 'over' && outcome === 'ended')");
        assertThat(bobs.does("ringback.history().then(({ calls }) => calls.length)")).isEqualTo(1);
    }

    @Test
    void whoDeclinedIsInvitedAgain() {
        var alices = tab().open(aliceId);
        var bobs = tab().open(bobId);
        var id = alices.does("ringback.call(['" + bobId + "', 'carol-" + bobId + "']).then(c => c.id)");
        bobs.waitsFor("phases().includes('incoming')");
        bobs.does("ringback.reject('" + id + "', 'later').then(c => c.phase)");
        assertThat(bobs.does("ringback.calls[0].outcome")).isEqualTo("declined");
        alices.does("ringback.invite('" + id + "', '" + bobId + "').then(c => c.phase)");
        bobs.waitsFor("phases().includes('incoming')");
        bobs.does("ringback.ignore('" + id + "').then(c => c.phase)");
        assertThat(bobs.does("ringback.calls[0].outcome")).isEqualTo("ignored");
        alices.does("ringback.cancel('" + id + "').then(c => c.phase)");
        assertThat(alices.does("ringback.calls[0].outcome")).isEqualTo("cancelled");
    }

    @Test
    void aRefusalIsAnErrorWithACode() {
        var bobs = tab().open(bobId);
        assertThat(refusal(bobs, "ringback.call(" + "'" + bobId + "')")).startsWith("400 invalid_request");
        assertThat(refusal(bobs, "ringback.accept('" + UUID.randomUUID() + "')")).startsWith("0 unknown_call");
        var call = alice.call(bobId);
        bobs.waitsFor("phases().includes('incoming')");
        alice.command("cancel", call).mustBe(200);
        bobs.waitsFor("phases().includes('none')");
        assertThat(refusal(bobs, "ringback.accept(ringback.calls[0].id)")).startsWith("409 call_not_active");
        assertThat(bobs.does("ringback.calls[0].outcome")).isEqualTo("missed");
    }

    @Test
    void ofTwoTabsOfOneBrowserOneAnswersAndTheOtherStopsWithinASecond() {
        var first = tab().open(bobId);
        var second = first.sibling(port).open(bobId);
        assertThat(first.does("ringback.deviceId")).isEqualTo(second.does("ringback.deviceId"));
        // the best of three: what is measured is Ringback, not the machine
        var took = IntStream.range(0, 3).mapToLong(_ -> msUntilTheOtherStops(first, second)).min();
        assertThat(took.orElseThrow()).isLessThan(1_000);
    }

    private long msUntilTheOtherStops(AppTab first, AppTab second) {
        var call = alice.call(bobId);
        for (var tab : List.of(first, second)) {
            tab.does("(() => { told.length = 0; })()");
            tab.waitsFor("phases().at(-1) === 'incoming'");
        }
        var pressedAt = (Number) first
                .does("(() => { const at = Date.now(); ringback.accept(ringback.calls.at(-1).id); return at; })()");
        second.waitsFor("told.some(({ type }) => type === 'over')");
        assertThat(second.does("ringback.calls.at(-1).outcome")).isEqualTo("answered_elsewhere");
        first.waitsFor("phases().at(-1) === 'in-call'");
        alice.command("end", call).mustBe(200);
        first.waitsFor("phases().at(-1) === 'none'");
        return ((Number) second.does("told.find(({ type }) => type === 'over').at")).longValue()
                - pressedAt.longValue();
    }

    @Test
    void aReloadGoesOnWhereItWasInTheTabThatAnswered() {
        var first = tab().open(bobId);
        var second = first.sibling(port).open(bobId);
        alice.call(bobId);
        first.waitsFor("phases().includes('incoming')");
        first.does("ringback.accept(ringback.calls[0].id).then(c => c.phase)");
        first.open(bobId);
        first.waitsFor("phases().includes('in-call') && ringback.calls[0].roomToken");
        second.open(bobId);
        assertThat(second.does("phases().includes('in-call')")).isEqualTo(false);
    }

    @Test
    void twoTabsThatAnswerAtOnceAreNotBothInTheCall() {
        var first = tab().open(bobId);
        var second = first.sibling(port).open(bobId);
        var callId = alice.call(bobId).get("call_id").asString();
        var tabs = List.of(first, second);
        tabs.forEach(tab -> tab.waitsFor("phases().includes('incoming')"));
        tabs.forEach(tab -> tab.does(
                "(() => { window.answer = ringback.accept('%s').then(() => 'in', e => e.code); })()"
                        .formatted(callId)));
        assertThat(List.of(first.does("window.answer"), second.does("window.answer")))
                .containsExactlyInAnyOrder("in", "answered_elsewhere");
    }

    @Test
    void aTabThatWasDuplicatedIsNotInTheCallToo() {
        var first = tab().open(bobId);
        alice.call(bobId);
        first.waitsFor("phases().includes('incoming')");
        first.does("ringback.accept(ringback.calls[0].id).then(c => c.phase)");
        // a page that opens another one hands its session storage on, as a duplicated tab does
        Page copy = first.page().context().waitForPage(() -> first.does("(() => { window.open(location.href); })()"));
        copy.waitForFunction("window.ready && ringback.connection === 'online' && ringback.calls.length === 1");
        assertThat(copy.evaluate("sessionStorage.getItem('ringback.calls').length > 2")).isEqualTo(true);
        assertThat(copy.evaluate("phases().includes('in-call')")).isEqualTo(false);
    }

    @Test
    void aTokenThatIsRefusedIsAskedForAgain() {
        var bobs = tab();
        var expired = new AtomicBoolean(true);
        bobs.page().route("**/test-app/token*", route -> {
            if (expired.getAndSet(false)) {
                route.fulfill(new Route.FulfillOptions().setBody(Tokens.signed(claims -> claims.subject(bobId)
                        .expirationTime(Date.from(Clock.systemUTC().instant().minus(Duration.ofHours(1)))))));
            } else {
                route.resume();
            }
        });
        bobs.open(bobId);
        assertThat(bobs.does("tokensAsked()")).isEqualTo(2);
        assertThat(bobs.does("ringback.userId")).isEqualTo(bobId);
    }

    @Test
    void aBackendThatHasNoTokenNowIsAskedLater() {
        var bobs = tab();
        var down = new AtomicBoolean(true);
        bobs.page().route("**/test-app/token*", route -> {
            if (down.get()) {
                route.fulfill(new Route.FulfillOptions().setStatus(500));
            } else {
                route.resume();
            }
        });
        bobs.load(bobId, "");
        assertThat(refusal(bobs, "ringback.devices()")).startsWith("0 no_token");
        down.set(false);
        bobs.waitsFor("ringback.connection === 'online'");
    }

    @Test
    void aPageOfAnAllowedOriginCallsAndOthersDoNot() {
        var page = chromium.browser().newPage();
        page.navigate(ALLOWED.toString());
        page.evaluate(connect(), List.of("http://localhost:" + port, Tokens.of(bobId)));
        page.waitForFunction("ringback.connection === 'online'");
        alice.call(bobId);
        page.waitForFunction("ringback.calls[0]?.phase === 'incoming'");
        page.evaluate("ringback.accept(ringback.calls[0].id).then(c => c.phase)");
        page.waitForFunction("ringback.calls[0].roomToken !== null");
        page.navigate(STRANGER.toString());
        assertThat(page.evaluate("async ([server]) => import(`${server}/ringback.js`).then(() => 'in', () => 'out')",
                List.of("http://localhost:" + port))).isEqualTo("out");
        page.context().close();
    }

    private static String connect() {
        return """
                async ([server, token]) => {
                  const { Ringback } = await import(`${server}/ringback.js`);
                  window.ringback = new Ringback({ token: () => token });
                  ringback.connect();
                }""";
    }

    private static String refusal(AppTab tab, String command) {
        return (String) tab.does("%s.then(() => 'done', e => `${e.status} ${e.code} ${e instanceof RingbackError}`)"
                .formatted(command));
    }

    private AppTab tab() {
        var tab = new AppTab(chromium.browser(), port);
        tabs.add(tab);
        return tab;
    }
}
