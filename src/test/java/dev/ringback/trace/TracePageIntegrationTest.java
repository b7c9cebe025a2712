package dev.ringback.trace;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.ringback.support.Api;
import dev.ringback.support.Chromium;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// The trace page in a real browser, on a service as operators run it.
@IntegrationTest
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class TracePageIntegrationTest {
    private static TraceBrowser browser;

    @LocalServerPort
    private int port;
    @Autowired
    private JdbcClient jdbc;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String aliceId = "alice-" + run;
    private final String bobId = "bob-" + run;
    private Api alice;
    private Api bob;
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
        alice = Api.user(port, aliceId);
        bob = Api.user(port, bobId);
        page = browser.page(origin(), 1_280);
    }

    @AfterEach
    void nothingWentWrong() {
        page.context().close();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aCallThatIsAnswered() throws Exception {
        try (var laptop = StompUser.connected(port, bobId, "laptop")) {
            var call = alice.call(bobId);
            laptop.next("incoming_call");
            bob.command("ringing", call, ",\"device_id\":\"laptop\"").mustBe(204);
            bob.command("accept", call, ",\"device_id\":\"laptop\"").mustBe(200);
            alice.command("end", call).mustBe(200);
            awaitStep(call, "ended");
            open(call, Tokens.of(aliceId));

            assertThat(see("headline")).hasText(Pattern.compile(bobId
                    + "’s phone rang [0-9.]+ m?s after the request; the answer came after [0-9.]+ m?s\\. The call ended after [0-9.]+ m?s\\."));
            assertThat(why(bobId)).containsText("A device said that it rings, ");
            assertThat(rows("laptop")).hasCount(1);
            assertThat(marks("request")).hasCount(1);
            assertThat(marks("committed")).hasCount(1);
            assertThat(marks("room")).hasCount(1);
            assertThat(marks("told")).hasCount(1);
            assertThat(marks("rings")).hasCount(1);
            // the service's row and the device's
            assertThat(marks("accepted")).hasCount(2);
            assertThat(marks("ended")).hasCount(1);
            assertThat(see("picture").locator(".moment-label")).hasText(new Pattern[]{
                    Pattern.compile("deadline 45\\.\\d s"), Pattern.compile("answer .+"), Pattern.compile("end .+")});
            assertThat(lines("accepted")).containsText(new String[]{"laptop"});
            assertThat(at(call, "committed")).isBeforeOrEqualTo(at(call, "told_sockets"));
            assertThat(lines("told_sockets")).containsText(new String[]{"1 socket"});
            assertThat(page.getByRole(AriaRole.IMG, new Page.GetByRoleOptions().setName("Time line of the call")))
                    .isVisible();
            assertThat(see("state")).isEmpty();

            marks("rings").hover();
            assertThat(see("details")).containsText("A device rings (" + bobId + "), at ");
        }
    }

    @Test
    void anAppThatConnectsWhileItRings() throws Exception {
        bob.post("/api/push/register",
                "{\"platform\":\"android\",\"token\":\"token-of-a-phone-%s\",\"device_id\":\"phone\"}".formatted(run))
                .mustBe(200);
        var call = alice.call(bobId);
        awaitStep(call, "told_sockets");
        try (var phone = StompUser.connected(port, bobId, "phone")) {
            phone.next("incoming_call");
            var path = "/api/call/" + id(call) + "/trace";
            await().until(() -> alice.get(path).mustBe(200).get("deliveries").get(0).get("woke_at").isString());
            // as if a push had gone out before; the channel is off here
            jdbc.sql("""
                    insert into delivery_attempt (call_id, delivery_id, at, channel, platform, token_tail, outcome,
                                                  token_removed, took_ms)
                    select call_id, delivery_id, woke_at - interval '2100 ms', 'fcm', 'android', '…oken', 'delivered',
                           false, 90
                    from delivery where call_id = cast(:call as uuid)""").param("call", id(call)).update();
            jdbc.sql("update delivery set state = 'SENT', code = null where call_id = cast(:call as uuid)")
                    .param("call", id(call))
                    .update();
        }
        open(call, Tokens.of(aliceId));
        assertThat(marks("awake")).hasCount(1);
        assertThat(marks("rings")).hasCount(0);
        assertThat(page.locator("#picture .note", new Page.LocatorOptions().setHasText("awake in 2.10 s"))).hasCount(1);
        assertThat(lines("awake")).containsText(new String[]{"App awake, 2.10 s after its push was sent"});
        assertThat(why(bobId)).containsText("Its app was awake 2.10 s after its push was sent.");
        marks("awake").hover();
        assertThat(see("details")).containsText("App awake, 2.10 s after its push was sent, at ");
        alice.command("cancel", call).mustBe(200);
    }

    @Test
    void twentyDevicesThatCannotBePushed() {
        for (int i = 0; i < 20; i++) {
            bob.post("/api/push/register",
                    "{\"platform\":\"android\",\"token\":\"token-of-a-phone-%s-%d\",\"device_id\":\"device-%d\"}"
                            .formatted(run, i,
                                    i))
                    .mustBe(200);
        }
        var call = alice.call(bobId);
        awaitStep(call, "told_sockets");
        open(call, Tokens.server());
        assertThat(see("headline")).hasText("The call was made, and nothing rings yet for " + bobId + ".");
        assertThat(why(bobId))
                .containsText("No socket was open, and none of 20 devices has rung yet: the push channel for"
                        + " its platform is off (no credentials are set for it).");
        assertThat(why(bobId).locator("summary")).hasText("Each of 20 devices");
        assertThat(why(bobId).locator("details li")).hasCount(20);
        assertThat(marks("failed")).hasCount(20);
        assertThat(page.locator("#picture .note", new Page.LocatorOptions().setHasText("failed: channel off")))
                .hasCount(20);
        assertThat(lines("planned")).hasCount(20);
        assertThat(see("state")).containsText("Still under way");
        labelsDoNotTouch();
        alice.command("cancel", call).mustBe(200);
        assertThat(see("headline")).containsText("cancelled the call after");
    }

    @Test
    void aCallUnderWayIsFollowed() {
        var call = alice.call(bobId);
        awaitStep(call, "told_sockets");
        open(call, Tokens.of(aliceId));
        assertThat(marks("rings")).hasCount(0);
        bob.command("ringing", call, ",\"device_id\":\"phone\"").mustBe(204);
        assertThat(marks("rings")).hasCount(1);
        assertThat(see("headline")).containsText("no answer yet");
        bob.command("reject", call).mustBe(200);
        assertThat(see("headline")).hasText(Pattern.compile(bobId + " declined after .+\\."));
        assertThat(marks("rejected")).hasCount(1);
        assertThat(see("state")).isEmpty();
    }

    @Test
    void anUnheardCallSaysWhy() {
        var call = alice.call(bobId);
        alice.command("cancel", call).mustBe(200);
        awaitStep(call, "withdrawn");
        open(call, Tokens.of(aliceId));
        assertThat(see("headline")).containsText("before " + bobId + " answered. No phone rang.");
        assertThat(why(bobId)).containsText("No socket was open, and no device is registered for pushes.");
    }

    @Test
    void tokensThatMayNotSeeItAreRefusedInWords() {
        var call = alice.call(bobId);
        page.navigate(address(call));
        assertThat(see("problem")).isHidden();
        assertThat(see("token")).hasAttribute("type", "password");
        assertThat(see("token")).isFocused();
        show("two words");
        assertThat(see("problem")).hasText("That is not a token.");
        show("abc");
        assertThat(see("problem")).hasText("The token is not valid, or has expired.");
        show(Tokens.of(bobId));
        assertThat(see("problem")).containsText("only the caller’s may");
        show(Tokens.of("stranger"));
        assertThat(see("problem")).containsText("There is no such call");
        show(Tokens.of(aliceId));
        assertThat(see("headline")).isVisible();
        assertThat(see("problem")).isHidden();
        assertThat(see("ask")).isHidden();
        assertThat(see("token")).hasValue("");
        assertThat(page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length")).isEqualTo(0);
        assertThat(page.content()).doesNotContain("eyJ");
    }

    @Test
    void nobodyIsAnybodyOutsideDemoMode() {
        var call = alice.call(bobId);
        page.navigate(address(call) + "?user=" + aliceId);
        assertThat(see("ask")).isVisible();
        assertThat(see("headline")).isHidden();
    }

    @Test
    void anAddressOfNoCall() {
        page.navigate(origin() + "/trace/no%20such%2F..%3Cb%3E?x=1".replace("%2F", ""));
        assertThat(see("call-id")).hasText("no such..<b>");
        show(Tokens.server());
        assertThat(see("problem")).containsText("There is no such call");
        assertThat(see("headline")).isHidden();
    }

    @Test
    void aServiceThatDoesNotAnswerLeavesThePicture() {
        var call = alice.call(bobId);
        awaitStep(call, "told_sockets");
        open(call, Tokens.of(aliceId));
        page.route("**/api/**", route -> route.abort("connectionrefused"));
        see("reload").click();
        assertThat(see("problem")).hasText("The service does not answer.");
        assertThat(marks("request")).hasCount(1);
        page.unroute("**/api/**");
        // by itself: the call is under way
        assertThat(see("problem")).isHidden();
        alice.command("cancel", call);
    }

    @Test
    void aTraceThatIsNotKeptAnyMore() {
        var call = alice.call(bobId);
        alice.command("cancel", call).mustBe(200);
        awaitStep(call, "withdrawn");
        jdbc.sql("delete from call_step where call_id = :id::uuid").param("id", id(call)).update();
        open(call, Tokens.of(aliceId));
        assertThat(see("gone")).containsText("not kept any more");
        assertThat(see("headline")).containsText("cancelled the call");
        assertThat(why(bobId)).not().containsText("socket");
    }

    @Test
    void namesAreTextInAnyScript() {
        page.context().close();
        page = browser.page(origin(), TraceBrowser.PHONE_WIDTH);
        var markup = "<img src=x onerror=alert(1)>" + run;
        var hebrew = "שלום עולם " + run;
        var emoji = "👩‍👩‍👧‍👦🇩🇪🔔" + run;
        var longest = run + "W".repeat(120);
        var device = "<b>" + "d".repeat(120);
        Api.user(port, emoji)
                .post("/api/push/register",
                        "{\"platform\":\"android\",\"token\":\"token-of-a-phone-%s\",\"device_id\":\"%s\"}"
                                .formatted(run, device))
                .mustBe(200);
        var call = alice
                .initiate("{\"called_ids\":[\"%s\",\"%s\",\"%s\",\"%s\"],\"caller_name\":\"%s\"}".formatted(markup,
                        hebrew, emoji, longest, "<i>" + "x".repeat(200)));
        alice.command("cancel", call).mustBe(200);
        awaitStep(call, "withdrawn");
        open(call, Tokens.of(aliceId));
        for (var name : new String[]{markup, hebrew, emoji, longest}) {
            assertThat(why(name).locator("strong")).hasText(name);
        }
        assertThat(see("headline")).containsText("<i>xxx");
        assertThat(lines("planned")).containsText(new String[]{device});
        assertThat(page.locator("main img, main i, main b")).hasCount(0);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(TraceBrowser.PHONE_WIDTH);
        labelsDoNotTouch();
    }

    @Test
    void aPhonesPageScrollsInItsBoxesOnly() {
        page.context().close();
        page = browser.page(origin(), TraceBrowser.PHONE_WIDTH);
        var call = alice.call(bobId);
        awaitStep(call, "told_sockets");
        open(call, Tokens.of(aliceId));
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(TraceBrowser.PHONE_WIDTH);
        assertThat((Boolean) see("picture").evaluate("box => box.scrollWidth > box.clientWidth")).isTrue();
        alice.command("cancel", call);
    }

    @Test
    void thePageNeedsNoTokenAndIsAskedForEachTime() {
        var page = Api.as(port, null).get("/trace/" + UUID.randomUUID());
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.response().headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(page.response().headers().firstValue("Content-Security-Policy").orElse("")).contains(
                "default-src 'none'");
        assertThat(Api.as(port, null).get("/trace/assets/nothing.js").status()).isEqualTo(404);
    }

    /// In the picture no text reaches into another.
    private void labelsDoNotTouch() {
        assertThat(page.evaluate(
                """
                        () => {
                          const texts = [...document.querySelectorAll('#picture text')].filter(text => text.textContent.length > 2);
                          const boxes = texts.map(text => ({ text: text.textContent, box: text.getBBox() }));
                          const touch = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width
                              && a.y + 3 < b.y + b.height - 3 && b.y + 3 < a.y + a.height - 3;
                          return boxes.flatMap((one, i) => boxes.slice(i + 1).filter(other => touch(one.box, other.box))
                              .map(other => `${one.text} | ${other.text}`)).join('; ');
                        }"""))
                .isEqualTo("");
    }

    private void open(JsonNode call, String token) {
        page.navigate(address(call));
        show(token);
        assertThat(see("headline")).isVisible();
    }

    private void show(String token) {
        see("token").fill(token);
        see("show").click();
    }

    private Locator see(String testId) {
        return page.getByTestId(testId);
    }

    private Locator marks(String shape) {
        return see("picture").locator(".mark[data-shape='" + shape + "']");
    }

    private Locator rows(String label) {
        return see("picture").locator("text.label", new Locator.LocatorOptions().setHasText(label));
    }

    private Locator lines(String kind) {
        return see("table").locator("tr[data-kind='" + kind + "']");
    }

    private Locator why(String userId) {
        return see("whys").locator("> li", new Locator.LocatorOptions().setHasText(userId));
    }

    /// Steps are written behind.
    private void awaitStep(JsonNode call, String step) {
        await().until(() -> alice.get("/api/call/" + id(call) + "/trace")
                .mustBe(200)
                .get("steps")
                .toString()
                .contains("\"" + step + "\""));
    }

    private Instant at(JsonNode call, String step) {
        return alice.get("/api/call/" + id(call) + "/trace")
                .mustBe(200)
                .get("steps")
                .valueStream()
                .filter(s -> s.get("step").asString().equals(step))
                .map(s -> Instant.parse(s.get("at").asString()))
                .findFirst()
                .orElseThrow();
    }

    private String address(JsonNode call) {
        return origin() + "/trace/" + id(call);
    }

    private String origin() {
        return "http://localhost:" + port;
    }

    private static String id(JsonNode call) {
        return call.get("call_id").asString();
    }
}
