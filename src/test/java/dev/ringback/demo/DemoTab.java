package dev.ringback.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.WebSocket;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;

/// One tab of the demo page, and what its user sees and does there.
final class DemoTab {
    private final Page page;
    private final String origin;
    private final List<String> complaints = new ArrayList<>();

    /// Opens a blank tab that writes down whatever goes wrong in it.
    DemoTab(BrowserContext browser, String origin) {
        this.page = browser.newPage();
        this.origin = origin;
        page.onConsoleMessage(this::hear);
        page.onPageError(error -> complaints.add("uncaught: " + error));
        page.onRequest(this::check);
        page.onWebSocket(this::check);
        page.onResponse(response -> {
            if (response.status() >= 400) {
                complaints.add(response.status() + " " + response.url());
            }
        });
    }

    /// Comes online as `userId`.
    DemoTab join(String userId) {
        page.navigate(origin + "/?user=" + userId);
        assertThat(see("connection")).hasText("Online");
        return this;
    }

    Page page() {
        return page;
    }

    Locator see(String testId) {
        return page.getByTestId(testId);
    }

    void press(String testId) {
        see(testId).click();
    }

    void ringFor(String seconds) {
        see("ring-for").selectOption(seconds);
    }

    /// Calls by the id's field, which takes those who are offline, too.
    void call(String userId) {
        see("dial-id").fill(userId);
        press("dial-video");
    }

    /// Like [#call], also from behind the dialog of a ring, as one who pressed the button at the same moment.
    void callAtOnce(String userId) {
        see("dial-id").evaluate("(field, id) => { field.value = id; }", userId);
        see("dial-video").evaluate("button => button.click()");
    }

    void rings() {
        assertThat(see("incoming")).isVisible();
    }

    void isSilent() {
        assertThat(see("ring")).isHidden();
        assertThat(see("incoming")).hasCount(0);
    }

    void isInCall() {
        assertThat(see("in-call")).isVisible();
        assertThat(see("token")).containsText("…");
    }

    void isInNoCall() {
        assertThat(see("in-call")).hasCount(0);
        assertThat(see("outgoing")).hasCount(0);
        isSilent();
    }

    void tells(String sentence) {
        assertThat(page.getByRole(AriaRole.LOG)).containsText(sentence);
    }

    /// A message that the page logged as late or doubled, and otherwise passed over.
    Locator dropped(String why, String type) {
        return page.locator(".entry." + why + "[data-type='" + type + "']");
    }

    /// Errors in the console, answers of 400 and above, requests to other origins, commands on which the server failed.
    List<String> complaints() {
        if (page.locator(".entry.problem[data-type$=' 500']").count() > 0) {
            complaints.add("a command failed: " + see("log").textContent());
        }
        return List.copyOf(complaints);
    }

    private void hear(ConsoleMessage message) {
        if ("error".equals(message.type()) || "warning".equals(message.type())) {
            complaints.add(message.type() + ": " + message.text());
        }
    }

    private void check(Request request) {
        if (!request.url().startsWith(origin + "/")) {
            complaints.add("leaves the origin: " + request.url());
        }
    }

    private void check(WebSocket socket) {
        if (!socket.url().equals(origin.replaceFirst("^http", "ws") + "/ws")) {
            complaints.add("leaves the origin: " + socket.url());
        }
    }
}
