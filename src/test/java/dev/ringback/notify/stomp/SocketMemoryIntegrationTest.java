package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.IntegrationTest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

@IntegrationTest
class SocketMemoryIntegrationTest {
    private static final int SOCKETS = 50;

    @LocalServerPort
    private int port;

    @Test
    void anOpenSocketKeepsNothingOfTheHttpConnectionItWas() throws Exception {
        long before = httpConnections();
        var sockets = new ArrayList<RawSocket>();
        try {
            for (int i = 0; i < SOCKETS; i++) {
                sockets.add(RawSocket.connected(port, "idle-" + i));
            }
            assertThat(reachable("org.eclipse.jetty.websocket.core.WebSocketConnection"))
                    .isGreaterThanOrEqualTo(SOCKETS);
            await().until(() -> httpConnections() < before + SOCKETS / 2);
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    private static long httpConnections() throws JMException {
        return reachable("org.eclipse.jetty.server.internal.HttpConnection");
    }

    /// How many objects of a class a full collection leaves.
    private static long reachable(String className) throws JMException {
        var histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                        new Object[]{new String[0]}, new String[]{String[].class.getName()});
        return histogram.lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length >= 4 && columns[3].equals(className))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }
}
