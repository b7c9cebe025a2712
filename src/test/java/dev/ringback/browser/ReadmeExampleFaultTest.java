package dev.ringback.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.ringback.support.Chromium;
import dev.ringback.support.QuickStart;
import dev.ringback.support.ServiceProcess;
import dev.ringback.support.TestDatabase;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The app of the README, as it stands there, with a service that is killed while the phone rings.
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class ReadmeExampleFaultTest {
    private static final Pattern EXAMPLE = Pattern.compile("```html\n(.*?)```", Pattern.DOTALL);
    private static final int MOST_LINES = 29;

    @TempDir
    private Path folder;

    private final List<String> database = TestDatabase.createAsSettings();

    @Test
    void itRingsOnThroughARestartAndIsAnswered() throws Exception {
        var example = example();
        assertThat(example.lines()).hasSizeLessThanOrEqualTo(MOST_LINES);
        try (var chromium = Chromium.launch(); var app = new OtherOrigin()) {
            var settings = settings("ringback.http.allowed-origins=" + app, "ringback.call.ring-timeout=3m");
            var program = QuickStart.program();
            int port = ServiceProcess.freePort();
            User alice;
            User bob;
            try (var first = ServiceProcess.launch(folder, port, program, settings).awaitReady()) {
                app.serve(example.replace("https://calls.example.com", "http://localhost:" + port));
                alice = new User(chromium.browser().newPage(), "alice", app);
                bob = new User(chromium.browser().newPage(), "bob", app);
                alice.page.getByText("Call Bob").click();
                assertThat(bob.page.getByText("alice is calling")).isVisible();
                // the ring does not wait for the caller's answer; a page that never gets it says that the call failed
                var caller = alice;
                caller.page.waitForCondition(() -> caller.called == 1);
                first.kill();
            }
            bob.page.waitForCondition(() -> bob.closed == 1);
            assertThat(bob.page.getByText("alice is calling")).isVisible();
            try (var _ = ServiceProcess.launch(folder, port, program, settings).awaitReady()) {
                for (var user : List.of(alice, bob)) {
                    user.page.waitForCondition(() -> user.connected == 2,
                            new Page.WaitForConditionOptions().setTimeout(30_000));
                }
                assertThat(bob.page.getByText("alice is calling")).isVisible();
                bob.page.getByText("Accept").click();
                for (var user : List.of(alice, bob)) {
                    assertThat(user.page.getByText("Hang up"))
                            .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
                    user.page.waitForFunction("joined.length === 1");
                }
                assertThat(alice.page.evaluate("joined[0].length")).isNotEqualTo(0);
                alice.page.getByText("Hang up").click();
                assertThat(bob.page.getByText("Hang up")).isHidden();
            }
        }
    }

    /// Somebody with the example's page open, and what became of its sockets.
    private static final class User {
        private final Page page;
        private int connected;
        private int called;
        private int closed;

        User(Page page, String id, OtherOrigin app) {
            this.page = page;
            page.onWebSocket(socket -> {
                socket.onFrameReceived(frame -> {
                    if (frame.text() != null && frame.text().startsWith("CONNECTED")) {
                        connected++;
                    }
                    if (frame.text() != null && frame.text().contains("\"caller_token\"")) {
                        called++;
                    }
                });
                socket.onClose(_ -> closed++);
            });
            page.addInitScript("window.joined = []; window.EnxRtc = { joinRoom: token => joined.push(token) };");
            page.route("**/call-token", route -> route.fulfill(new Route.FulfillOptions().setBody(Tokens.of(id))));
            page.navigate(app.toString());
            page.waitForCondition(() -> connected == 1);
        }
    }

    private String[] settings(String... more) {
        return Stream.concat(database.stream(), Arrays.stream(more)).toArray(String[]::new);
    }

    private static String example() throws IOException {
        var found = EXAMPLE.matcher(Files.readString(Path.of("README.md")));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }
}
