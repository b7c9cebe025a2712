package push;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A process that sends when told to. It ends when its standard input closes, and so with this one.
final class Sender implements AutoCloseable {
    private static final int END_WITHIN_SECONDS = 10;

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream commands;

    private Sender(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /// Starts it and waits until it is ready.
    static Sender start(List<String> command, Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        var sender = new Sender(builder.start());
        if (!"ready".equals(sender.answers.readLine())) {
            sender.close();
            throw new IOException(command.getFirst() + " … "
                    + String.join(" ", command.subList(Math.max(1, command.size() - 3), command.size()))
                    + " did not start");
        }
        return sender;
    }

    /// @param cpu of the whole process, its compiler and garbage collector included
    record Result(long sent, long errors, double seconds, Duration cpu) {
        double perSecond() {
            return sent / seconds;
        }

        double cpuMs() {
            return cpu.toNanos() / 1e6 / sent;
        }
    }

    Result measure(int seconds, int inFlight) throws IOException {
        var before = cpu();
        commands.println(seconds + " " + inFlight);
        var line = answers.readLine();
        if (line == null) {
            throw new IOException("the sender ended");
        }
        var fields = line.split(" ");
        return new Result(Long.parseLong(fields[0]), Long.parseLong(fields[1]), Double.parseDouble(fields[2]),
                cpu().minus(before));
    }

    private Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
