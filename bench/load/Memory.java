package load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/// What a process holds after a collection.
///
/// @param live bytes of objects that are in use
record Memory(double live, double residentMb) {
    private static final int WAIT_MS = 20;
    private static final int WAITS = 3000;

    static Memory of(Contestant contestant) throws IOException, InterruptedException {
        double live = contestant.kind() == Kind.RINGBACK ? ofJvm(contestant) : ofNode(contestant);
        return new Memory(live, contestant.watched().now().serviceMb());
    }

    /// The histogram collects before it counts, with any collector; its last line is the sum.
    private static double ofJvm(Contestant contestant) throws IOException {
        var jcmd = Path.of(Stage.java()).resolveSibling("jcmd").toString();
        var process = new ProcessBuilder(jcmd, String.valueOf(contestant.child().pid()), "GC.class_histogram").start();
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines()
                    .filter(line -> line.startsWith("Total "))
                    .mapToDouble(line -> Double.parseDouble(line.split(" +")[2]))
                    .sum();
        }
    }

    private static double ofNode(Contestant contestant) throws IOException, InterruptedException {
        Predicate<String> isAnswer = line -> line.startsWith("live ");
        var log = contestant.child().log();
        long before = Files.readAllLines(log).stream().filter(isAnswer).count();
        new ProcessBuilder("kill", "-USR2", String.valueOf(contestant.child().pid())).start().waitFor();
        for (int i = 0; i < WAITS; i++) {
            List<String> answers = Files.readAllLines(log).stream().filter(isAnswer).toList();
            if (answers.size() > before) {
                return Double.parseDouble(answers.getLast().split(" ")[1]);
            }
            Thread.sleep(WAIT_MS);
        }
        throw new IOException("Node did not tell its memory");
    }
}
