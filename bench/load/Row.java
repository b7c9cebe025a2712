package load;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// One line of the table.
record Row(String load, String round, double[] cells) {
    private static final List<Column> COLUMNS = List.of(new Column("calls/s", 0), new Column("errors", 0),
            new Column("sent late p99", 2), new Column("ring p50", 2), new Column("p99", 2), new Column("p99.9", 2),
            new Column("max", 1), new Column("from send p50", 2), new Column("p99", 2),
            new Column("initiate p50", 2), new Column("p99", 2), new Column("accepted p50", 2), new Column("p99", 2),
            new Column("whole call p50", 1), new Column("p99", 1), new Column("CPU/call service", 2),
            new Column("postgres", 2), new Column("rooms", 2), new Column("generator", 2),
            new Column("others' CPU %", 0),
            new Column("service MB", 0), new Column("postgres MB", 0));

    private record Column(String name, int decimals) {}

    static Row of(String load, String round, Load.Result result, Usage used) {
        var calls = result.calls();
        var late = Times.of(calls, CallTimes::scheduled, CallTimes::sent);
        var ring = Times.of(calls, CallTimes::scheduled, CallTimes::rang);
        var ringFromSend = Times.of(calls, CallTimes::sent, CallTimes::rang);
        var initiate = Times.of(calls, CallTimes::sent, CallTimes::initiated);
        var accepted = Times.of(calls, CallTimes::acceptSent, CallTimes::accepted);
        var whole = Times.of(calls, CallTimes::scheduled, CallTimes::done);
        double count = calls.size();
        return new Row(load, round, new double[]{result.callsPerSecond(), result.errors(), late.percentile(99),
                ring.percentile(50), ring.percentile(99), ring.percentile(99.9), ring.max(),
                ringFromSend.percentile(50), ringFromSend.percentile(99), initiate.percentile(50),
                initiate.percentile(99), accepted.percentile(50), accepted.percentile(99), whole.percentile(50),
                whole.percentile(99), used.service() / count, used.postgres() / count, used.rooms() / count,
                used.generator() / count,
                used.others(), used.serviceMb(), used.postgresMb()});
    }

    /// Each column's median by itself, but for the errors, of which none may be hidden.
    static Row median(List<Row> rounds) {
        var cells = new double[COLUMNS.size()];
        for (int i = 0; i < cells.length; i++) {
            int column = i;
            var sorted = rounds.stream().mapToDouble(row -> row.cells[column]).sorted().toArray();
            int half = sorted.length / 2;
            cells[i] = COLUMNS.get(i).name.equals("errors")
                    ? Arrays.stream(sorted).sum()
                    : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        }
        return new Row(rounds.getFirst().load, "**median**", cells);
    }

    static String header() {
        var names = COLUMNS.stream().map(Column::name).collect(Collectors.joining(" | "));
        return "| load | round | " + names + " |\n|---|---|" + "--:|".repeat(COLUMNS.size());
    }

    double callsPerSecond() {
        return cells[0];
    }

    int errors() {
        return (int) cells[1];
    }

    @Override
    public String toString() {
        var line = new StringBuilder("| " + load + " | " + round + " |");
        for (int i = 0; i < cells.length; i++) {
            line.append(' ')
                    .append(Double.isNaN(cells[i])
                            ? "–"
                            : String.format(Locale.ROOT, "%,." + COLUMNS.get(i).decimals + "f", cells[i]))
                    .append(" |");
        }
        return line.toString();
    }
}
