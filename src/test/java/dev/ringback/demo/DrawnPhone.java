package dev.ringback.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.regex.Pattern;

/// A simulated phone on the demo page.
///
/// @param root the phone, its switches and what was sent to it
record DrawnPhone(Locator root) {
    /// Adds one of the kind `iphone` or `android`, and waits until it is registered.
    static DrawnPhone add(Page page, String kind) {
        page.getByTestId("add-" + kind).click();
        var phone = on(page, kind);
        assertThat(page.locator(".device[data-device-id='" + phone.deviceId() + "']")).isVisible();
        return phone;
    }

    static DrawnPhone on(Page page, String kind) {
        return new DrawnPhone(page.getByTestId(kind));
    }

    String deviceId() {
        return root.getAttribute("data-device-id");
    }

    Locator see(String testId) {
        return root.getByTestId(testId);
    }

    void press(String testId) {
        see(testId).click();
    }

    /// And has told the service so.
    void rings() {
        assertThat(see("phone-ring")).isVisible();
        assertThat(see("phone-state")).hasText("rings, acknowledged");
    }

    void isIdle() {
        assertThat(see("screen")).hasClass(Pattern.compile("\\block\\b"));
    }

    void isInCall() {
        assertThat(see("phone-in-call")).isVisible();
    }

    /// The pushes of an event to its token of a platform.
    Locator sent(String type, String platform) {
        return root.locator("[data-testid='sent-push'][data-type='" + type + "'][data-platform='" + platform + "']");
    }

    /// Opens the newest of the pushes; their details are what is shown then.
    Locator opened(String type, String platform) {
        var push = sent(type, platform).first();
        push.locator("summary").click();
        return push.locator("details");
    }
}
