package dev.ringback.support;

import static java.util.stream.Collectors.joining;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Reads everything that is logged in the whole test run, here and in the processes that tests start, and fails the
/// test after which a secret was seen in it. `logback-test.xml` puts the appender under all loggers, and JUnit finds the
/// extension by itself.
public final class SecretWatch extends AppenderBase<ILoggingEvent> {
    /// What Spring's test framework says is about the test: its properties, and so the secrets it sets.
    private static final String TEST_FRAMEWORK = "org.springframework.test.";
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    private final Queue<String> leaks;

    /// For Logback.
    public SecretWatch() {
        this(LEAKS);
    }

    SecretWatch(Queue<String> leaks) {
        this.leaks = leaks;
        setName("SECRETS");
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLoggerName().startsWith(TEST_FRAMEWORK)) {
            return;
        }
        var text = Stream
                .of(event.getFormattedMessage(), event.getMDCPropertyMap().toString(), stack(event.getThrowableProxy()))
                .collect(joining("\n"));
        Secrets.in(text)
                .ifPresent(secret -> leaks.add(event.getLoggerName() + " at " + event.getLevel() + ": " + secret));
    }

    /// Reads what another process has printed.
    ///
    /// @param whose who is to be named, should there be a secret in it
    static void read(String whose, String log) {
        log.lines().forEach(line -> Secrets.in(line).ifPresent(secret -> LEAKS.add(whose + ": " + secret)));
    }

    private static String stack(@Nullable IThrowableProxy failure) {
        return failure == null ? "" : ThrowableProxyUtil.asString(failure);
    }

    private static void nothingMayHaveLeaked() {
        var found = new ArrayList<String>();
        for (var leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
            found.add(leak);
        }
        if (!found.isEmpty()) {
            throw new AssertionError("secrets in the log:\n" + String.join("\n", List.copyOf(found)));
        }
    }

    /// Looks after each test and each class, so that the guilty one fails, and once more at the end.
    public static final class Extension implements AfterEachCallback, AfterAllCallback {
        @Override
        public void afterEach(ExtensionContext context) {
            nothingMayHaveLeaked();
        }

        @Override
        public void afterAll(ExtensionContext context) {
            context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(SecretWatch.class))
                    .computeIfAbsent("end", _ -> (AutoCloseable) SecretWatch::nothingMayHaveLeaked,
                            AutoCloseable.class);
            nothingMayHaveLeaked();
        }
    }
}
