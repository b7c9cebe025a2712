package dev.ringback.support;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// How tests wait. They look more often than Awaitility does by itself, since most conditions hold within a few milliseconds
/// and some tests wait hundreds of times. And a test that waits fails by its own failures alone: the JVM holds the contexts of
/// earlier tests, too, and Awaitility takes what any thread in it does not catch for a failure of whoever waits just then.
/// JUnit finds the extension by itself.
public final class Waiting implements BeforeAllCallback {
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultPollInterval(LOOK_EVERY);
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }
}
