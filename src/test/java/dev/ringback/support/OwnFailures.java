package dev.ringback.support;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Lets a test that waits fail by its own failures alone. The JVM holds the contexts of earlier tests, too, and Awaitility
/// takes what any thread in it does not catch for a failure of whoever waits just then. JUnit finds the extension by itself.
public final class OwnFailures implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }
}
