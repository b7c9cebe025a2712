package dev.ringback.trace;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import dev.ringback.support.Chromium;
import java.util.ArrayList;
import java.util.List;

/// A real Chromium that writes down whatever goes wrong in its pages.
public final class TraceBrowser implements AutoCloseable {
    public static final int PHONE_WIDTH = 390;

    private final Chromium chromium = Chromium.launch();
    private final List<String> complaints = new ArrayList<>();

    /// A blank page of its own, with no memory of others.
    public Page page(String origin, int width) {
        complaints.clear();
        var page = chromium.browser().newContext(new Browser.NewContextOptions().setViewportSize(width, 844)).newPage();
        page.onConsoleMessage(this::hear);
        page.onPageError(error -> complaints.add("uncaught: " + error));
        page.onRequest(request -> check(request, origin));
        return page;
    }

    /// Errors in the console, and requests to other origins, of the page that was opened last.
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        chromium.close();
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
