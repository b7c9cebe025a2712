package dev.ringback.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotType;
import dev.ringback.support.Chromium;
import dev.ringback.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

/// The README's pictures. They are taken anew by
/// `./mvnw test -Dtest=PicturesIntegrationTest -DargLine=-Dringback.docs.write=true`; without that they are only taken.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "ringback.rate-limit.enabled=false")
@ContextConfiguration(initializers = TestDatabase.class)
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class PicturesIntegrationTest {
    private static final int MOST_BYTES = 120_000;
    private static final int QUALITY = 70;

    @LocalServerPort
    private int port;
    @TempDir
    private Path nowhere;

    @Test
    void thePicturesOfTheReadme() throws IOException {
        var origin = "http://localhost:" + port;
        try (var chromium = Chromium.launch()) {
            var alices = chromium.browser().newContext(look(390, 700));
            var bobs = chromium.browser().newContext(look(1280, 830));
            var alice = new DemoTab(alices, origin).join("alice");
            var bob = new DemoTab(bobs, origin).join("bob");
            bob.press("add-iphone");
            bob.press("add-android");
            assertThat(bob.see("android")).isVisible();
            assertThat(bob.see("device")).hasCount(2);
            alice.press("call-video-bob");
            bob.rings();
            assertThat(bob.see("phone-ring")).hasCount(2);
            assertThat(alice.see("outgoing-state")).hasText("Ringing");
            take(bob.page(), "page");
            bob.see("android").getByTestId("phone-accept").click();
            alice.isInCall();
            alice.press("end");
            alice.isInNoCall();
            bob.page().setViewportSize(1280, 810);
            bob.page()
                    .navigate(origin + "/trace/" + alice.see("past-call").last().getAttribute("data-call-id")
                            + "?user=alice");
            assertThat(bob.page().locator("svg[role=img]")).isVisible();
            take(bob.page(), "trace");
        }
    }

    private static Browser.NewContextOptions look(int width, int height) {
        return new Browser.NewContextOptions().setViewportSize(width, height)
                .setColorScheme(ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.REDUCE);
    }

    private void take(Page page, String name) throws IOException {
        var folder = Boolean.getBoolean("ringback.docs.write") ? Path.of("docs/images") : nowhere;
        var picture = folder.resolve(name + ".jpg");
        page.screenshot(
                new Page.ScreenshotOptions().setPath(picture).setType(ScreenshotType.JPEG).setQuality(QUALITY));
        assertThat(Files.size(picture)).isLessThan(MOST_BYTES);
    }
}
