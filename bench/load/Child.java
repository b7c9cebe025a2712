package load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A process that ends with this one; what it says goes into a file.
record Child(Process process, Path log) implements AutoCloseable {
    private static final int END_WITHIN_SECONDS = 30;

    /// A server, which ends when it is told to.
    static Child server(Path log, Map<String, String> environment, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return started(builder, log);
    }

    /// A program that says on standard output what is to be known of it, and ends when its standard input does.
    static Child talking(Path log, Map<String, String> environment, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        return started(builder, log);
    }

    private static Child started(ProcessBuilder builder, Path log) throws IOException {
        var child = new Child(builder.start(), log);
        Runtime.getRuntime().addShutdownHook(new Thread(child.process::destroy));
        return child;
    }

    /// The next lines that it says.
    List<String> says(int lines) throws IOException {
        var reader = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
        var said = new ArrayList<String>();
        while (said.size() < lines) {
            var line = reader.readLine();
            if (line == null) {
                throw failed("ended");
            }
            said.add(line);
        }
        return said;
    }

    long pid() {
        return process.pid();
    }

    boolean lives() {
        return process.isAlive();
    }

    IOException failed(String what) throws IOException {
        var lines = Files.readAllLines(log);
        return new IOException(log.getFileName() + " " + what + ":\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
    }

    @Override
    public void close() throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroy();
                if (!process.waitFor(END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
