package dev.ringback.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import dev.ringback.support.Api;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;
import tools.jackson.databind.JsonNode;

/// The phones that the demo page draws, in a real browser: Alice calls, Bob has an iPhone and an Android phone.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "ringback.rate-limit.enabled=false")
@ContextConfiguration(initializers = TestDatabase.class)
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class PhonesBrowserIntegrationTest {
    private static final int NARROW = 390;

    private static Chromium chromium;

    @LocalServerPort
    private int port;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String aliceId = "alice-" + run;
    private final String bobId = "bob-" + run;
    private final List<DemoTab> tabs = new ArrayList<>();
    private final List<BrowserContext> browsers = new ArrayList<>();

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.launch();
    }

    @AfterAll
    static void stopBrowser() {
        chromium.close();
    }

    @AfterEach
    void closeBrowsers() {
        browsers.forEach(BrowserContext::close);
    }

    @Test
    void aCallRingsBothPhonesAndShowsWhatWasSent() {
        var name = "<b>שרה</b> " + run;
        var alice = tab();
        alice.page()
                .navigate(origin() + "/?user=" + aliceId + "&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8));
        var bob = tab().join(bobId);
        bob.page().setViewportSize(NARROW, 844);
        assertThat(bob.see("phones")).containsText("Simulated phones. No APNs key and no FCM credentials are set");
        DrawnPhone.add(bob.page(), "iphone");
        DrawnPhone.add(bob.page(), "android");
        // they are still there, and registered
        bob.page().reload();
        var iphone = DrawnPhone.on(bob.page(), "iphone");
        var android = DrawnPhone.on(bob.page(), "android");
        assertThat(bob.see("device")).hasCount(2);
        iphone.isIdle();

        alice.call(bobId);
        iphone.rings();
        android.rings();
        bob.rings();
        assertThat(iphone.see("phone-caller")).hasText(name);
        assertThat(iphone.see("phone-ring")).containsText("Ringback Video…");
        assertThat(android.see("phone-caller")).hasText(name);
        assertThat(android.see("phone-ring")).containsText("Ringback · Video call");
        assertThat(bob.page().getByRole(AriaRole.ALERT).filter(hasText(name))).hasCount(2);

        var toApple = iphone.opened("incoming_call", "ios");
        assertThat(toApple).containsText("POST https://api.push.apple.com/3/device/");
        assertThat(header(toApple, "apns-push-type")).hasText("voip");
        assertThat(header(toApple, "apns-topic")).hasText("dev.ringback.demo.voip");
        assertThat(toApple.locator("pre")).containsText("\"caller_name\": \"" + name + "\"");
        assertThat(toApple.locator("pre")).containsText(Pattern.compile("\"action_token\": \"[\\w-.]{8}…[\\w-]{6}\""));
        var toGoogle = android.opened("incoming_call", "android");
        assertThat(toGoogle).containsText("POST https://fcm.googleapis.com/v1/projects/simulated/messages:send");
        assertThat(header(toGoogle, "content-type")).hasText("application/json; charset=UTF-8");
        assertThat(toGoogle.locator("pre")).containsText("\"priority\": \"high\"");
        assertThat(bob.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(NARROW);
        nothingWentWrong();
    }

    @Test
    void aDeclineOnAPhoneReachesTheCallerAndStopsTheOthers() {
        var alice = tab().join(aliceId);
        var bob = tab().join(bobId);
        var iphone = DrawnPhone.add(bob.page(), "iphone");
        var android = DrawnPhone.add(bob.page(), "android");
        alice.call(bobId);
        iphone.rings();
        android.rings();
        bob.rings();
        iphone.press("phone-decline");
        alice.tells("declined.");
        alice.isInNoCall();
        iphone.isIdle();
        android.isIdle();
        bob.tells("declined on another device");
        bob.isInNoCall();
        nothingWentWrong();
    }

    @Test
    void theFirstAnswerStopsAllOtherDevices() {
        var alice = tab().join(aliceId);
        var bob = tab().join(bobId);
        var iphone = DrawnPhone.add(bob.page(), "iphone");
        var android = DrawnPhone.add(bob.page(), "android");
        alice.call(bobId);
        iphone.rings();
        android.rings();
        bob.rings();
        android.press("phone-accept");
        android.isInCall();
        alice.isInCall();
        iphone.isIdle();
        assertThat(iphone.sent("call_answered_elsewhere", "ios-alert")).hasCount(1);
        assertThat(iphone.sent("call_answered_elsewhere", "ios")).hasCount(0);
        bob.tells("answered on another device");
        bob.isInNoCall();

        // the app comes back into its call
        bob.page().reload();
        android.isInCall();
        alice.press("end");
        android.isIdle();

        alice.call(bobId);
        iphone.rings();
        android.rings();
        bob.press("accept");
        bob.isInCall();
        iphone.isIdle();
        android.isIdle();
        nothingWentWrong();
    }

    @Test
    void aCancelledCallIsMissedOnBothPhones() {
        var alice = tab().join(aliceId);
        var bob = tab().join(bobId);
        var iphone = DrawnPhone.add(bob.page(), "iphone");
        var android = DrawnPhone.add(bob.page(), "android");
        alice.call(bobId);
        iphone.rings();
        android.rings();
        alice.press("cancel");
        iphone.isIdle();
        android.isIdle();
        assertThat(android.see("notification")).containsText("Missed video call");
        assertThat(iphone.see("notification")).containsText("Missed video call");
        assertThat(iphone.see("notification")).containsText(capitalised(aliceId));
        assertThat(header(iphone.opened("call_cancelled", "ios-alert"), "apns-push-type")).hasText("background");
        assertThat(iphone.sent("call_missed", "ios-alert")).hasCount(1);
        assertThat(iphone.root().locator("[data-platform='ios']")).hasCount(1);
        nothingWentWrong();
    }

    @Test
    void aPhoneThatIsOffIsPushedAgainAndRingsOnceItIsOn() {
        var alice = tab().join(aliceId);
        var bob = tab().join(bobId);
        var android = DrawnPhone.add(bob.page(), "android");
        android.see("switched-off").check();
        assertThat(android.see("is-off")).isVisible();
        alice.call(bobId);
        bob.rings();
        assertThat(android.sent("incoming_call", "android")).hasCount(2, within(15_000));
        assertThat(android.sent("incoming_call", "android").first()).containsText("taken, phone off");
        assertThat(android.see("phone-ring")).hasCount(0);
        var callId = bob.see("incoming").getAttribute("data-call-id");
        // what became of the push is written some milliseconds after the page has seen it
        await().untilAsserted(() -> assertThat(traceOf(callId, android).get("because").asString())
                .contains("has not said yet that it rings"));
        assertThat(traceOf(callId, android).get("rang").asBoolean()).isFalse();

        // the push service has kept the push
        android.see("switched-off").uncheck();
        android.rings();
        await().untilAsserted(() -> assertThat(traceOf(callId, android).get("rang").asBoolean()).isTrue());
        nothingWentWrong();
    }

    @Test
    void aRemovedAppLosesItsDeviceUntilItIsInstalledAgain() {
        var alice = tab().join(aliceId);
        var bob = tab().join(bobId);
        var android = DrawnPhone.add(bob.page(), "android");
        // the page shows it before the service knows
        bob.page().waitForResponse("**/demo/phones", () -> android.see("behaviour").selectOption("uninstalled"));
        assertThat(android.see("screen")).containsText("The app is not installed.");
        alice.call(bobId);
        assertThat(android.sent("incoming_call", "android")).containsText("no such app");
        await().untilAsserted(
                () -> assertThat(as(bobId).get("/api/push/devices").mustBe(200).get("devices")).isEmpty());
        assertThat(bob.see("device")).hasCount(0);
        alice.press("cancel");
        bob.isInNoCall();

        android.see("behaviour").selectOption("ok");
        assertThat(bob.see("device")).hasCount(1);
        alice.call(bobId);
        android.rings();
        android.press("remove");
        assertThat(android.root()).hasCount(0);
        assertThat(bob.see("device")).hasCount(0);
        nothingWentWrong();
    }

    @Test
    void pushesThatAreLateOrOutOfOrderDoNotRing() {
        var bob = tab().join(bobId);
        assertThat(bob.page()
                .evaluate(
                        """
                                async () => {
                                  const { Phone } = await import('/demo/phone.js');
                                  window.fetch = () => new Promise(() => {});
                                  const phone = new Phone('d', { userId: 'bob', token: async () => 't' }, () => {});
                                  const rings = (type, version, left = '60000', call = 'c') => {
                                    phone.take('android', { type, call_id: call, version, expires_in_ms: left, caller_name: 'A' });
                                    return phone.ring !== null;
                                  };
                                  const seen = [rings('call_cancelled', '3'), rings('incoming_call', '1'), rings('incoming_call', '3')];
                                  seen.push(rings('incoming_call', '4', '0'), rings('incoming_call', '10'), rings('call_cancelled', '9'));
                                  seen.push(rings('call_missed', '11'), rings('incoming_call', '1', '200', 'short'));
                                  while (phone.ring) await new Promise(answer => setTimeout(answer, 20));
                                  return [...seen, phone.notifications.length].join();
                                }"""))
                .isEqualTo("false,false,false,false,true,true,false,true,1");
        nothingWentWrong();
    }

    @Test
    void aChannelWithCredentialsHasNoSimulatedPhones() {
        var bob = tab();
        bob.page()
                .route("**/demo/users",
                        route -> route.fulfill(new Route.FulfillOptions().setContentType("application/json")
                                .setBody(
                                        """
                                                {"users": [], "simulated_rooms": true, "simulated_pushes": {"apns": false, "fcm": true}}""")));
        bob.join(bobId);
        assertThat(bob.see("add-android")).isVisible();
        assertThat(bob.see("add-iphone")).isHidden();
        assertThat(bob.see("phones")).containsText("No FCM credentials are set");
        nothingWentWrong();
    }

    /// A tab in a browser of its own.
    private DemoTab tab() {
        var browser = chromium.browser()
                .newContext(new Browser.NewContextOptions().setViewportSize(1280, 1000)
                        .setReducedMotion(ReducedMotion.REDUCE));
        browsers.add(browser);
        var tab = new DemoTab(browser, origin());
        tabs.add(tab);
        return tab;
    }

    private String origin() {
        return "http://localhost:" + port;
    }

    private void nothingWentWrong() {
        assertThat(tabs).flatExtracting(DemoTab::complaints).isEmpty();
    }

    private JsonNode traceOf(String callId, DrawnPhone phone) {
        var devices = as(aliceId).get("/api/call/" + callId + "/trace").mustBe(200).get("called").get(0).get("devices");
        return devices.valueStream()
                .filter(device -> device.get("device_id").asString().equals(phone.deviceId()))
                .findFirst()
                .orElseThrow();
    }

    private Api as(String userId) {
        var minted = Api.as(port, null).post("/demo/token", "{\"user_id\":\"%s\"}".formatted(userId)).mustBe(200);
        return Api.as(port, minted.get("token").asString());
    }

    private static Locator header(Locator push, String name) {
        return push.locator("tr").filter(hasText(name)).locator("td");
    }

    private static Locator.FilterOptions hasText(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    private static LocatorAssertions.HasCountOptions within(double ms) {
        return new LocatorAssertions.HasCountOptions().setTimeout(ms);
    }

    private static String capitalised(String id) {
        return Character.toUpperCase(id.charAt(0)) + id.substring(1);
    }
}
