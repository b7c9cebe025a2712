package dev.ringback.web;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Ends connections on which a request arrives so slowly that it can only be meant to keep them open. Jetty's idle timeout
/// does not: a byte now and then is enough for it.
@Configuration(proxyBeanMethods = false)
class SlowRequests {
    /// Whoever sends a part of a request in one such time, and more in the next, and still not all, is cut off. An honest
    /// one fits into a packet or two.
    private static final long LOOK_EVERY_MS = 5_000;

    @Bean
    static WebServerFactoryCustomizer<JettyServletWebServerFactory> noSlowRequests() {
        return factory -> factory.addServerCustomizers(server -> {
            for (var connector : server.getConnectors()) {
                connector.addEventListener(new Watch(connector.getScheduler()));
            }
        });
    }

    private static final class Watch implements Connection.Listener {
        private final Scheduler scheduler;
        private final Map<Connection, Scheduler.Task> looks = new ConcurrentHashMap<>();

        Watch(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public void onOpened(Connection connection) {
            // what can be upgraded speaks HTTP/1.1: not TLS below it, and no WebSocket, which is told by its heartbeats
            if (connection instanceof Connection.UpgradeFrom) {
                lookLater(connection, Seen.of(connection), false);
            }
        }

        @Override
        public void onClosed(Connection connection) {
            var next = looks.remove(connection);
            if (next != null) {
                next.cancel();
            }
        }

        private void look(Connection connection, Seen before, boolean wasSlow) {
            var now = Seen.of(connection);
            boolean slow = now.bytes() > before.bytes() && now.requests() == before.requests()
                    && now.answers() == before.answers();
            if (slow && wasSlow) {
                connection.getEndPoint().close();
            } else {
                lookLater(connection, now, slow);
            }
        }

        private void lookLater(Connection connection, Seen seen, boolean slow) {
            looks.put(connection,
                    scheduler.schedule(() -> look(connection, seen, slow), LOOK_EVERY_MS, TimeUnit.MILLISECONDS));
            var endPoint = connection.getEndPoint();
            // it may have closed, or become a WebSocket, between the look and now
            if (!endPoint.isOpen() || !connection.equals(endPoint.getConnection())) {
                onClosed(connection);
            }
        }
    }

    /// How far a connection has come.
    ///
    /// @param requests of which the headers are complete
    private record Seen(long bytes, long requests, long answers) {
        static Seen of(Connection connection) {
            return new Seen(connection.getBytesIn(), connection.getMessagesIn(), connection.getMessagesOut());
        }
    }
}
