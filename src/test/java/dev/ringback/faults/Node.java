package dev.ringback.faults;

import dev.ringback.support.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A node of the service at a port of its own, started as often as it is killed.
final class Node implements AutoCloseable {
    private final String name;
    private final int port;
    private final Path folder;
    private final List<String> program;
    private volatile @Nullable ServiceProcess process;
    private volatile boolean ready;

    Node(String name, int port, Path folder, List<String> program) {
        this.name = name;
        this.port = port;
        this.folder = folder;
        this.program = program;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    boolean isReady() {
        return ready;
    }

    ServiceProcess process() {
        return Objects.requireNonNull(process, "not started");
    }

    /// Does not wait until it is ready: [#look()] says when it is.
    void launch(List<String> settings) throws IOException {
        process = ServiceProcess.launch(folder, port, program, settings.toArray(String[]::new));
    }

    synchronized void kill() throws InterruptedException {
        process().kill();
        ready = false;
    }

    /// Asks whether it is ready, unless that is known.
    void look() {
        var asked = process;
        if (!ready && asked != null && asked.isReady()) {
            synchronized (this) {
                ready = asked.equals(process) && asked.isAlive();
            }
        }
    }

    @Override
    public void close() {
        var running = process;
        if (running != null) {
            running.close();
        }
    }
}
