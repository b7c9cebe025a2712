package dev.ringback.support;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The system's Chromium, without a window.
public final class Chromium implements AutoCloseable {
    /// For `@EnabledIf`.
    public static final String IS_THERE_OR_MUST_BE = "dev.ringback.support.Chromium#isThereOrMustBe";

    private static final Path WHOLE = Path.of("/usr/bin/chromium");
    /// The same without the desktop's parts: a page costs a third, and there are no notifications.
    private static final Path SHELL = Path.of("/usr/bin/chromium-headless-shell");
    private static final List<String> QUIETLY = List.of("--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// On a developer's machine the browser may be missing; a build that counts fails without it.
    public static boolean isThereOrMustBe() {
        return Files.isExecutable(WHOLE) || System.getenv("CI") != null;
    }

    /// What shows pages; the lighter one where it is installed.
    public static Chromium launch() {
        return launch(Files.isExecutable(SHELL) ? SHELL : WHOLE);
    }

    /// What shows notifications, too.
    public static Chromium launchWhole() {
        return launch(WHOLE);
    }

    private static Chromium launch(Path executable) {
        // a busy build machine is no reason to fail
        PlaywrightAssertions.setDefaultAssertionTimeout(10_000);
        var playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new Chromium(playwright, playwright.chromium()
                .launch(new BrowserType.LaunchOptions().setExecutablePath(executable).setArgs(QUIETLY)));
    }

    public Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        playwright.close();
    }
}
