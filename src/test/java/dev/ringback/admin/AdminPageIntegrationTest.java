package dev.ringback.admin;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotType;
import dev.ringback.notify.fcm.FakeFcm;
import dev.ringback.support.Api;
import dev.ringback.support.Chromium;
import dev.ringback.support.Tokens;
import dev.ringback.trace.TraceBrowser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// The admin page in a real browser.
@AdminDriven
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class AdminPageIntegrationTest {
    private static final List<String> GRAVE = List.of("serious", "critical");
    private static final int MOST_BYTES = 150_000;
    private static final int QUALITY = 70;
    private static TraceBrowser browser;

    @LocalServerPort
    private int port;
    @Autowired
    private FakeFcm fcm;
    @Autowired
    private JdbcClient jdbc;
    @TempDir
    private Path nowhere;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String aliceId = "alice-" + run;
    private final String bobId = "bob-" + run;
    private Api alice;
    private Page page;

    @BeforeAll
    static void startBrowser() {
        browser = new TraceBrowser();
    }

    @AfterAll
    static void stopBrowser() {
        browser.close();
    }

    @BeforeEach
    void openPage() {
        fcm.answers(null);
        alice = Api.user(port, aliceId);
        page = browser.page(origin(), 1_280);
        page.navigate(origin() + "/admin");
    }

    @AfterEach
    void nothingWentWrong() {
        page.context().close();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void anOperatorSignsInAndOut() {
        assertThat(see("secret")).isFocused();
        enter("not-the-password");
        assertThat(see("problem")).hasText("That is not the password.");
        assertThat(see("page")).isHidden();
        enter(Tokens.of(aliceId));
        assertThat(see("problem")).hasText("This token may not look here: it needs the scope server.");
        enter(AdminDriven.PASSWORD);
        assertThat(see("page")).isVisible();
        assertThat(see("state")).hasText("Live, every 3 s");
        assertThat(see("secret")).hasValue("");
        page.reload();
        assertThat(see("page")).isVisible();
        see("sign-out").click();
        assertThat(see("page")).isHidden();
        page.reload();
        assertThat(see("ask")).isVisible();
        enter(Tokens.server());
        assertThat(see("page")).isVisible();
    }

    @Test
    void aLiveCallAppearsIsFollowedAndGoes() {
        signIn();
        var call = alice.call(bobId);
        assertThat(live(call)).containsText(aliceId);
        assertThat(live(call)).containsText("ringing, video");
        Api.user(port, bobId).command("accept", call).mustBe(200);
        assertThat(live(call)).containsText("accepted, video");
        assertThat(see("now")).containsText(Pattern.compile("In a call\\s*[1-9]"));
        assertThat(see("charts").locator("g[data-placed]")).not().hasCount(0);
        assertThat(see("spans").locator("tbody tr")).not().hasCount(0);
        live(call).getByTestId("trace").click();
        assertThat(see("headline")).containsText(bobId);
        page.goBack();
        assertThat(live(call)).isVisible();
        alice.command("end", call).mustBe(200);
        assertThat(live(call)).hasCount(0);
    }

    @Test
    void whatIsPressedStaysWhereItIs() {
        signIn();
        var call = alice.call(bobId);
        var link = live(call).getByTestId("trace");
        link.focus();
        var next = Api.user(port, "carol-" + run).call("dave-" + run);
        assertThat(live(next)).isVisible();
        assertThat(link).isFocused();
        alice.command("cancel", call).mustBe(200);
        Api.user(port, "carol-" + run).command("cancel", next).mustBe(200);
    }

    @Test
    void nobodyAsksWhileNobodyLooks() {
        page.clock().install();
        page.reload();
        signIn();
        var requests = new AtomicInteger();
        page.onRequest(_ -> requests.incrementAndGet());
        page.evaluate("""
                Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
                document.dispatchEvent(new Event('visibilitychange'))""");
        assertThat(see("state")).hasText("Paused while nobody looks");
        int before = requests.get();
        page.clock().fastForward(60_000);
        assertThat(requests).hasValue(before);
        page.evaluate("""
                Object.defineProperty(document, 'hidden', { configurable: true, get: () => false });
                document.dispatchEvent(new Event('visibilitychange'))""");
        assertThat(see("state")).hasText("Live, every 3 s");
    }

    @Test
    void aUserIsLookedUpAndADeviceRungForATest() {
        register("phone");
        var call = alice.call(bobId);
        alice.command("cancel", call).mustBe(200);
        signIn();
        see("user-id").fill(bobId);
        see("user-id").press("Enter");
        assertThat(see("device")).hasCount(1);
        assertThat(see("device")).containsText("phone");
        assertThat(see("device")).containsText("android …");
        assertThat(see("past-call")).hasCount(1);
        assertThat(see("past-call")).containsText("from " + aliceId);
        assertThat(see("past-call")).containsText("cancelled: caller");

        see("test-ring").click();
        assertThat(see("confirm")).containsText("phone of " + bobId);
        page.keyboard().press("Escape");
        assertThat(see("confirm")).isHidden();
        assertThat(testRings()).isZero();
        see("test-ring").click();
        see("ring").click();
        assertThat(see("rung")).containsText("the device should ring now");
        assertThat(testRings()).isEqualTo(1);
        fcm.answers(FakeFcm.error(404, "NOT_FOUND", "UNREGISTERED"));
        see("test-ring").click();
        see("ring").click();
        assertThat(see("rung")).containsText("the token is dead (UNREGISTERED)");

        see("past-call").getByTestId("trace").click();
        assertThat(see("headline")).containsText(bobId);
        page.goBack();
        assertThat(see("user-id")).hasValue(bobId);
        assertThat(see("device")).hasCount(1);
    }

    @Test
    void whatWasGivenUpIsListedAndSentAgain() {
        fcm.answers(FakeFcm.error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"));
        register("phone");
        var call = alice.call(bobId);
        park("call.missed");
        signIn();
        var row = see("dead-push").filter(new Locator.FilterOptions().setHasText(bobId)).first();
        reloadUntilThere(row);
        assertThat(row).containsText("THIRD_PARTY_AUTH_ERROR");
        row.getByTestId("user-link").click();
        assertThat(see("user-id")).hasValue(bobId);
        assertThat(see("dead-webhook").first()).containsText("call.missed");
        int letters = see("dead-webhook").count();
        see("resend").first().click();
        assertThat(see("dead-webhook")).hasCount(letters - 1);
        alice.command("cancel", call).mustBe(200);
        jdbc.sql("delete from webhook_message").update();
    }

    @Test
    void whenTheTokenEndsSoDoesTheLook() {
        signIn();
        page.evaluate("sessionStorage.setItem('ringback-admin-token', 'eyJ.a.b')");
        page.reload();
        assertThat(see("problem")).hasText("The token is not valid, or has expired.");
        assertThat(see("page")).isHidden();
        assertThat(see("ask")).isVisible();
    }

    @ParameterizedTest
    @CsvSource({"390, DARK", "1280, LIGHT"})
    void nobodyIsShutOut(int width, ColorScheme scheme) {
        fill();
        register("a-phone-with-a-rather-long-name-that-somebody-gave-it");
        var call = alice.call(bobId);
        page.setViewportSize(width, 844);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        passes("the form");
        signIn();
        assertThat(live(call)).isVisible();
        live(call).getByTestId("user-link").last().click();
        assertThat(see("device")).hasCount(1);
        passes("the page");
        see("test-ring").click();
        passes("the question");
        page.keyboard().press("Escape");
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
        alice.command("cancel", call).mustBe(200);
    }

    /// Taken anew by `-Dtest=AdminPageIntegrationTest -DargLine=-Dringback.docs.write=true`.
    @Test
    void thePictureOfTheDocs() throws IOException {
        fill();
        register("phone");
        var look = new Browser.NewContextOptions().setViewportSize(1_280, 1_010)
                .setColorScheme(ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.REDUCE);
        var call = Api.user(port, "anna").call("bela");
        try (var context = page.context().browser().newContext(look)) {
            var shown = context.newPage();
            shown.navigate(origin() + "/admin");
            shown.getByTestId("secret").fill(Tokens.server());
            shown.getByTestId("sign-in").click();
            assertThat(shown.locator("[data-call-id='" + id(call) + "']")).isVisible();
            var folder = Boolean.getBoolean("ringback.docs.write") ? Path.of("docs/images") : nowhere;
            var picture = folder.resolve("admin.jpg");
            shown.screenshot(
                    new Page.ScreenshotOptions().setPath(picture).setType(ScreenshotType.JPEG).setQuality(QUALITY));
            assertThat(Files.size(picture)).isLessThan(MOST_BYTES);
        }
        Api.user(port, "anna").command("cancel", call).mustBe(200);
    }

    /// To this test's phone.
    private long testRings() {
        return fcm.sent()
                .stream()
                .map(FakeFcm.Sent::message)
                .filter(message -> message.get("token").asString().equals("fcm-token:" + bobId + "-phone"))
                .filter(message -> message.get("data").get("caller_id").asString().equals("ringback-test"))
                .count();
    }

    /// A quarter of an hour of calls and pushes.
    private void fill() {
        if (jdbc.sql("select count(*) from call where caller_id = 'filler'").query(Integer.class).single() > 0) {
            return;
        }
        jdbc.sql(
                """
                        insert into call (call_id, version, state, reason, call_type, token_delivery, caller_id, caller_name,
                            room_id, glare, ring_timeout, created_at, changed_at, expires_at, answered_at, ended_at)
                        select uuidv7(-'1 s'::interval * n), 1,
                            (array['ENDED', 'ENDED', 'ENDED', 'REJECTED', 'CANCELLED', 'CANCELLED', 'CANCELLED'])[1 + n * n % 13 % 7],
                            (array['ENDED', 'ENDED', 'ENDED', 'DECLINED', 'TIMEOUT', 'CALLER', 'UNREACHABLE'])[1 + n * n % 13 % 7],
                            'AUDIO', 'ON_ACCEPT', 'filler', 'Filler', null, false, 45, now() - '1 s'::interval * n, now(), now(),
                            case when n * n % 13 % 7 < 3 then now() - '1 s'::interval * (n - 4 - 9 * random()) end, now()
                        from generate_series(20, 890) n where random() < 0.4 + 0.3 * sin(n / 100.0)""")
                .update();
        jdbc.sql(
                """
                        insert into invitation (call_id, user_id, position, state, busy, live, expires_at, ringing_at, ignored_by)
                        select call_id, 'filled', 0, 'ACCEPTED', false, false, now(),
                            created_at + '1 ms'::interval * (120 + 500 * random() ^ 3), '{}'
                        from call where caller_id = 'filler' and reason <> 'UNREACHABLE'""")
                .update();
        jdbc.sql(
                """
                        insert into delivery_attempt (call_id, delivery_id, at, channel, platform, token_tail, outcome,
                            token_removed, took_ms)
                        select call_id, uuidv7(), created_at, case when random() < 0.6 then 'fcm' else 'apns' end, 'android', '…abcd',
                            case when random() < 0.97 then 'delivered' else 'try_later' end, false, 30 + 90 * random()
                        from call where caller_id = 'filler'""")
                .update();
    }

    private void park(String type) {
        jdbc.sql(
                """
                        insert into webhook_message (event_id, endpoint, type, body, created_at, give_up_at, parked_at, attempts, code)
                        values (gen_random_uuid(), 'gone', :type, :body, now(), now(), now(), 12, 'timeout')""")
                .param("type", type)
                .param("body", "{\"type\":\"%s\"}".formatted(type))
                .update();
    }

    private void reloadUntilThere(Locator row) {
        await().until(() -> {
            page.waitForResponse(Pattern.compile(".*/api/admin/dead-deliveries.*"), () -> see("reload-dead").click());
            return row.count() > 0;
        });
    }

    private void passes(String state) {
        var found = new AxeBuilder(page).setLegacyMode(true).analyze().getViolations();
        assertThat(found.stream().filter(fault -> GRAVE.contains(fault.getImpact())).toList()).as(state).isEmpty();
    }

    private void signIn() {
        // the password's tries are counted by address, and all tests share one
        enter(Tokens.server());
        assertThat(see("page")).isVisible();
    }

    private void enter(String secret) {
        see("secret").fill(secret);
        see("secret").press("Enter");
        assertThat(see("sign-in")).isEnabled();
    }

    private void register(String deviceId) {
        Api.user(port, bobId)
                .post("/api/push/register",
                        "{\"platform\":\"android\",\"token\":\"fcm-token:%s-%s\",\"device_id\":\"%s\"}".formatted(
                                bobId, deviceId, deviceId))
                .mustBe(200);
    }

    private Locator live(JsonNode call) {
        return page.locator("[data-testid=live-call][data-call-id='" + id(call) + "']");
    }

    private Locator see(String testId) {
        return page.getByTestId(testId);
    }

    private static String id(JsonNode call) {
        return call.get("call_id").asString();
    }

    private String origin() {
        return "http://localhost:" + port;
    }
}
