package load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Processor time in milliseconds, as Linux counts it in `/proc`, up to one moment; memory at that moment.
///
/// @param rooms of what answers in EnableX's place
/// @param machine busy time of all processors, whoever used them
/// @param capacity busy and idle time of all processors
record Usage(double service, double postgres, double rooms, double generator, double machine, double capacity,
        double serviceMb, double postgresMb) {
    /// USER_HZ, which is 100 on every Linux that this runs on
    private static final double MS_PER_TICK = 10;
    private static final int USER_TIME = 11;
    private static final int KERNEL_TIME = 12;
    private static final int REAPED_USER_TIME = 13;
    private static final int REAPED_KERNEL_TIME = 14;
    private static final Path PROC = Path.of("/proc");

    /// Which processes to look at; empty when their ids are not known.
    record Watched(Optional<Long> service, Optional<Long> postgres, Optional<Long> rooms) {
        Usage now() {
            var machine = processors();
            return new Usage(service.map(Usage::own).orElse(Double.NaN), postgres.map(Usage::family).orElse(Double.NaN),
                    rooms.map(Usage::own).orElse(Double.NaN), own(ProcessHandle.current().pid()), machine[0],
                    machine[1],
                    service.map(pid -> kb(pid, "Rss:") / 1024).orElse(Double.NaN),
                    postgres.map(Usage::familyMb).orElse(Double.NaN));
        }
    }

    /// What was used between `before` and this moment.
    Usage since(Usage before) {
        return new Usage(service - before.service, postgres - before.postgres, rooms - before.rooms,
                generator - before.generator, machine - before.machine, capacity - before.capacity, serviceMb,
                postgresMb);
    }

    /// Share of the machine, in percent, that went to processes which have no part in this.
    double others() {
        double ours = zeroIfUnknown(service) + zeroIfUnknown(postgres) + zeroIfUnknown(rooms) + generator;
        return Math.max(0, 100 * (machine - ours) / capacity);
    }

    private static double zeroIfUnknown(double value) {
        return Double.isNaN(value) ? 0 : value;
    }

    private static double own(long pid) {
        return ticks(pid, USER_TIME, KERNEL_TIME);
    }

    /// A server process for each connection: those that live, and through their parent those that have ended.
    private static double family(long pid) {
        return ticks(pid, USER_TIME, KERNEL_TIME, REAPED_USER_TIME, REAPED_KERNEL_TIME)
                + children(pid).mapToDouble(Usage::own).sum();
    }

    /// Proportional shares: each process alone would count all the shared buffers as its own.
    private static double familyMb(long pid) {
        return Stream.concat(Stream.of(pid), children(pid)).mapToDouble(id -> kb(id, "Pss:")).sum() / 1024;
    }

    private static Stream<Long> children(long pid) {
        return ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).map(ProcessHandle::pid);
    }

    private static double ticks(long pid, int... fields) {
        var lines = lines(PROC.resolve(pid + "/stat"));
        if (lines.isEmpty()) {
            return 0;
        }
        var line = lines.getFirst();
        // the fields follow the name, which is in brackets and may hold spaces
        var values = line.substring(line.lastIndexOf(')') + 2).split(" ");
        double sum = 0;
        for (int field : fields) {
            sum += Long.parseLong(values[field]);
        }
        return sum * MS_PER_TICK;
    }

    private static double kb(long pid, String name) {
        return lines(PROC.resolve(pid + "/smaps_rollup")).stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .sum();
    }

    private static double[] processors() {
        var fields = lines(PROC.resolve("stat")).getFirst().split(" +");
        double all = 0;
        double idle = 0;
        // user, nice, system, idle, iowait, irq, softirq, steal; guests are within user
        for (int i = 1; i <= 8; i++) {
            double ms = Long.parseLong(fields[i]) * MS_PER_TICK;
            all += ms;
            idle += i == 4 || i == 5 ? ms : 0;
        }
        return new double[]{all - idle, all};
    }

    /// Empty when the process has just ended.
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException gone) {
            if (Files.exists(file)) {
                throw new UncheckedIOException(gone);
            }
            return List.of();
        }
    }
}
