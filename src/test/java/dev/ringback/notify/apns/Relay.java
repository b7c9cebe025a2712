package dev.ringback.notify.apns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A piece of network between client and server that can fail.
final class Relay implements AutoCloseable {
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final int port;
    private volatile int server;
    private volatile boolean swallowing;
    private ServerSocket entrance;

    Relay(int server) {
        this.server = server;
        entrance = open(0);
        port = entrance.getLocalPort();
    }

    int port() {
        return port;
    }

    /// How many connections were made so far.
    int accepted() {
        return accepted.get();
    }

    void leadTo(int otherServer) {
        server = otherServer;
    }

    /// Takes what is sent and forwards nothing. A connection that has lost something this way stays silent for ever.
    void swallow() {
        swallowing = true;
    }

    /// Breaks all connections.
    void cut() {
        sockets.forEach(Relay::closeQuietly);
        sockets.clear();
    }

    /// Lets nobody in any more.
    synchronized void refuse() {
        closeQuietly(entrance);
        cut();
    }

    synchronized void work() {
        swallowing = false;
        if (entrance.isClosed()) {
            entrance = open(port);
        }
    }

    @Override
    public void close() {
        refuse();
    }

    private ServerSocket open(int atPort) {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(atPort));
            Thread.ofVirtual().start(() -> accept(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                var client = socket.accept();
                accepted.incrementAndGet();
                sockets.add(client);
                connect(client);
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void connect(Socket client) {
        try {
            var upstream = new Socket(InetAddress.getLoopbackAddress(), server);
            sockets.add(upstream);
            Thread.ofVirtual().start(() -> forward(client, upstream));
            Thread.ofVirtual().start(() -> forward(upstream, client));
        } catch (IOException _) {
            closeQuietly(client);
        }
    }

    private void forward(Socket from, Socket to) {
        try (from; to; var in = from.getInputStream(); var out = to.getOutputStream()) {
            var buffer = new byte[16 * 1024];
            var silent = false;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                silent |= swallowing;
                if (!silent) {
                    out.write(buffer, 0, n);
                    out.flush();
                }
            }
        } catch (IOException _) {
            // cut
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception _) {
            // closed already
        }
    }
}
