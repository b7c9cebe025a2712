package dev.ringback.trace;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api;
import dev.ringback.support.Chromium;
import dev.ringback.support.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

/// The trace page in demo mode, where a link is enough.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "ringback.rate-limit.enabled=false")
@ContextConfiguration(initializers = TestDatabase.class)
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class TraceDemoIntegrationTest {
    @LocalServerPort
    private int port;

    @Test
    void aLinkThatNamesTheCallerShowsTheTrace() {
        var minted = Api.as(port, null).post("/demo/token", "{\"user_id\":\"trace alice & co\"}").mustBe(200);
        var call = Api.as(port, minted.get("token").asString()).call("nobody-there");
        var address = "http://localhost:" + port + "/trace/" + call.get("call_id").asString();
        try (var browser = new TraceBrowser()) {
            var page = browser.page("http://localhost:" + port, TraceBrowser.PHONE_WIDTH);
            page.navigate(address + "?user=trace%20alice%20%26%20co");
            // nobody can be reached, and the call ends by itself
            assertThat(page.getByTestId("headline")).hasText("nobody-there could not be reached on any device.");
            assertThat(page.getByTestId("whys")).containsText("no device is registered for pushes");
            assertThat(page.getByTestId("ask")).isHidden();

            page.navigate(address + "?user=nobody-there");
            assertThat(page.getByTestId("problem")).containsText("only the caller’s may");
            page.navigate(address);
            assertThat(page.getByTestId("ask")).isVisible();
            assertThat(page.getByTestId("problem")).isHidden();
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
