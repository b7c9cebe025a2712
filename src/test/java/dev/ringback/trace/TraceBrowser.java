package dev.ringback.trace;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A real Chromium that writes down whatever goes wrong in its pages.
final class TraceBrowser implements AutoCloseable {
    static final int PHONE_WIDTH = 390;

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final List<String> QUIETLY = List.of("--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> complaints = new ArrayList<>();

    TraceBrowser() {
        // a busy build machine is no reason to fail
        PlaywrightAssertions.setDefaultAssertionTimeout(10_000);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium()
                .launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM).setArgs(QUIETLY));
    }

    /// On a developer's machine the browser may be missing; a build that counts fails without it.
    static boolean isThereOrMustBe() {
        return Files.isExecutable(CHROMIUM) || System.getenv("CI") != null;
    }

    /// A blank page of its own, with no memory of others.
    Page page(String origin, int width) {
        complaints.clear();
        var page = browser.newContext(new Browser.NewContextOptions().setViewportSize(width, 844)).newPage();
        page.onConsoleMessage(this::hear);
        page.onPageError(error -> complaints.add("uncaught: " + error));
        page.onRequest(request -> check(request, origin));
        return page;
    }

    /// Errors in the console, and requests to other origins, of the page that was opened last.
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        playwright.close();
    }

    private void hear(ConsoleMessage message) {
        // that the browser notes every answer of 400 and above is no fault of the page
        if (List.of("error", "warning").contains(message.type())
                && !message.text().startsWith("Failed to load resource")) {
            complaints.add(message.type() + ": " + message.text());
        }
    }

    private void check(Request request, String origin) {
        if (!request.url().startsWith(origin + "/")) {
            complaints.add("leaves the origin: " + request.url());
        }
    }
}
