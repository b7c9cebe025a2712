package dev.ringback.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.ringback.support.Chromium;
import dev.ringback.support.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

/// Whether everybody can use the pages: axe-core finds nothing serious in any state of them, and the keyboard is enough.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "ringback.rate-limit.enabled=false")
@ContextConfiguration(initializers = TestDatabase.class)
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class AccessibilityIntegrationTest {
    private static final List<String> GRAVE = List.of("serious", "critical");
    private static Chromium chromium;

    @LocalServerPort
    private int port;

    private final String aliceId = "alice-" + UUID.randomUUID().toString().substring(0, 8);
    private final String bobId = "bob-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.launch();
    }

    @AfterAll
    static void stopBrowser() {
        chromium.close();
    }

    @ParameterizedTest
    @CsvSource({"390, DARK", "1280, LIGHT"})
    void noPageShutsAnybodyOut(int width, ColorScheme scheme) {
        var origin = "http://localhost:" + port;
        var look = new Browser.NewContextOptions().setViewportSize(width, 844).setColorScheme(scheme);
        try (var alices = chromium.browser().newContext(look); var bobs = chromium.browser().newContext(look)) {
            var alice = new DemoTab(alices, origin);
            alice.page().navigate(origin);
            assertThat(alice.see("name")).isVisible();
            passes(alice.page(), "the form at the start");
            alice.join(aliceId);
            var bob = new DemoTab(bobs, origin).join(bobId);
            bob.page().getByText("Add an iPhone").click();
            bob.page().getByText("Add an Android phone").click();
            assertThat(bob.see("android")).isVisible();
            assertThat(bob.see("device")).hasCount(2);
            passes(bob.page(), "idle, with phones");
            alice.call(bobId);
            bob.rings();
            assertThat(bob.see("phone-ring")).hasCount(2);
            assertThat(alice.see("outgoing-state")).hasText("Ringing");
            passes(bob.page(), "ringing");
            passes(alice.page(), "calling");
            bob.press("accept");
            alice.isInCall();
            passes(alice.page(), "in a call");
            alice.press("end");
            assertThat(alice.see("past-call")).hasCount(1);
            alice.see("log-entry").first().click();
            passes(alice.page(), "after a call");
            alice.page().navigate(origin + alice.see("trace-link").getAttribute("href"));
            assertThat(alice.page().locator("svg[role=img]")).isVisible();
            passes(alice.page(), "the ring trace");
            for (var tab : List.of(alice, bob)) {
                assertThat(tab.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
                assertThat(tab.complaints()).isEmpty();
            }
        }
    }

    @Test
    void aCallNeedsNoMouse() {
        var origin = "http://localhost:" + port;
        try (var alices = chromium.browser().newContext(); var bobs = chromium.browser().newContext()) {
            var alice = new DemoTab(alices, origin).join(aliceId);
            var bob = new DemoTab(bobs, origin).join(bobId);
            alice.see("dial-id").focus();
            alice.page().keyboard().type(bobId);
            alice.page().keyboard().press("Enter");
            bob.rings();
            // the dialog itself has the focus, so that nobody answers by typing on
            bob.page().keyboard().press("Tab");
            assertThat(bob.see("decline")).isFocused();
            bob.page().keyboard().press("Tab");
            assertThat(bob.see("accept")).isFocused();
            bob.page().keyboard().press("Enter");
            bob.isInCall();
            alice.isInCall();
            assertThat(alice.see("in-call")).isFocused();
        }
    }

    private static void passes(Page page, String state) {
        var found = new AxeBuilder(page).setLegacyMode(true).analyze().getViolations();
        assertThat(found.stream().filter(fault -> GRAVE.contains(fault.getImpact())).toList())
                .as(state)
                .isEmpty();
    }
}
