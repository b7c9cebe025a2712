package dev.ringback.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A piece of network between a client and a server on this machine, which can fail as networks do, and be mended, while
/// connections are open.
public final class FaultProxy implements AutoCloseable {
    /// More than any client here opens; one that goes mad must not take the machine with it.
    private static final int MAX_CONNECTIONS = 1_000;
    private static final int CHUNK = 16 * 1024;

    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final int port;
    private volatile int server;
    private volatile Mode mode = new Mode.Pass();
    private ServerSocket entrance;

    /// What the network does.
    public sealed interface Mode {
        /// It works.
        record Pass() implements Mode {}

        /// Each piece that the client sends is late by this much.
        record Latency(Duration delay) implements Mode {}

        /// The server's answers come byte by byte.
        record SlowDrip(int bytesPerSecond) implements Mode {}

        /// Connections are made and nothing comes through. One that has lost something stays silent for ever, as behind
        /// a gateway that has forgotten it.
        record Silent() implements Mode {}

        /// Connections are reset, open ones and new ones.
        record Reset() implements Mode {}

        /// Nobody listens.
        record Refuse() implements Mode {}

        /// The server's answers arrive as noise.
        record Garbage() implements Mode {}

        /// Connections end after so many bytes of the server's answers.
        record CutAfter(int bytes) implements Mode {}
    }

    public FaultProxy(int server) {
        this.server = server;
        entrance = open(ServiceProcess.freePort());
        port = entrance.getLocalPort();
    }

    public int port() {
        return port;
    }

    /// How many connections were made so far.
    public int accepted() {
        return accepted.get();
    }

    public void leadTo(int otherServer) {
        server = otherServer;
    }

    /// From now on, for open connections too.
    public synchronized void be(Mode next) {
        mode = next;
        if (next instanceof Mode.Refuse) {
            closeQuietly(entrance);
            cut();
        } else if (entrance.isClosed()) {
            entrance = open(port);
        }
        if (next instanceof Mode.Reset) {
            cut();
        }
    }

    public void pass() {
        be(new Mode.Pass());
    }

    /// Resets all connections.
    public void cut() {
        sockets.forEach(FaultProxy::reset);
        sockets.clear();
    }

    @Override
    public void close() {
        be(new Mode.Refuse());
    }

    private ServerSocket open(int atPort) {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), atPort));
            Thread.ofVirtual().name("fault-proxy").start(() -> accept(socket));
            return socket;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                var client = socket.accept();
                accepted.incrementAndGet();
                if (mode instanceof Mode.Reset || sockets.size() >= MAX_CONNECTIONS) {
                    reset(client);
                } else {
                    sockets.add(client);
                    Thread.ofVirtual().start(() -> connect(client));
                }
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void connect(Socket client) {
        try {
            var upstream = new Socket(InetAddress.getLoopbackAddress(), server);
            sockets.add(upstream);
            Thread.ofVirtual().start(() -> forward(client, upstream, this::request));
            Thread.ofVirtual().start(() -> forward(upstream, client, this::answer));
        } catch (IOException _) {
            reset(client);
            sockets.remove(client);
        }
    }

    /// One direction of a connection, which ends with it; but of a silent one the other side learns nothing.
    private void forward(Socket from, Socket to, Transport transport) {
        boolean silent = false;
        try {
            silent = carry(from.getInputStream(), to.getOutputStream(), transport);
        } catch (IOException _) {
            // cut
        }
        end(from);
        if (!silent) {
            end(to);
        }
    }

    private void end(Socket socket) {
        closeQuietly(socket);
        sockets.remove(socket);
    }

    /// Returns whether the connection has fallen silent before its end.
    private boolean carry(InputStream in, OutputStream out, Transport transport) throws IOException {
        var buffer = new byte[CHUNK];
        var silent = false;
        long carried = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            silent |= mode instanceof Mode.Silent;
            if (!silent && !transport.carry(buffer, n, carried, out)) {
                return false;
            }
            carried += n;
        }
        return silent;
    }

    private boolean request(byte[] bytes, int length, long before, OutputStream out) throws IOException {
        if (mode instanceof Mode.Latency(var delay)) {
            LockSupport.parkNanos(delay.toNanos());
        }
        out.write(bytes, 0, length);
        return true;
    }

    private boolean answer(byte[] bytes, int length, long before, OutputStream out) throws IOException {
        switch (mode) {
            case Mode.SlowDrip(var rate) -> drip(bytes, length, rate, out);
            case Mode.Garbage _ -> out.write(noise(length));
            case Mode.CutAfter(var limit) -> {
                int left = Math.clamp(limit - before, 0, length);
                out.write(bytes, 0, left);
                return left == length;
            }
            case Mode.Pass _,Mode.Latency _,Mode.Silent _,Mode.Reset _,Mode.Refuse _ -> out.write(bytes, 0, length);
        }
        return true;
    }

    private void drip(byte[] bytes, int length, int rate, OutputStream out) throws IOException {
        for (int i = 0; i < length; i++) {
            out.write(bytes, i, 1);
            if (mode instanceof Mode.SlowDrip) {
                LockSupport.parkNanos(Duration.ofSeconds(1).dividedBy(rate).toNanos());
            }
        }
    }

    private static byte[] noise(int length) {
        var noise = new byte[length];
        ThreadLocalRandom.current().nextBytes(noise);
        return noise;
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException _) {
            // closed already
        }
        closeQuietly(socket);
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception _) {
            // closed already
        }
    }

    /// How bytes get from one side to the other; false ends the connection.
    private interface Transport {
        boolean carry(byte[] bytes, int length, long before, OutputStream out) throws IOException;
    }
}
