package load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What has been found out: the one table with its ratios, the single measurements behind it, and what went wrong.
final class Report {
    private final List<String> lines = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int errors;

    /// @param decimals of the figures; ratios have two
    /// @param target in words
    void add(String measure, int decimals, Map<Kind, Double> figures, String target) {
        var ours = figures.getOrDefault(Kind.RINGBACK, Double.NaN);
        var line = new StringBuilder("| ").append(measure);
        for (var kind : Kind.values()) {
            line.append(" | ").append(number(figures.getOrDefault(kind, Double.NaN), decimals));
        }
        for (var kind : List.of(Kind.NODE_MEMORY, Kind.NODE_POSTGRES)) {
            line.append(" | ").append(number(ours / figures.getOrDefault(kind, Double.NaN), 2));
        }
        lines.add(line.append(" | ").append(target).append(" |").toString());
    }

    /// What the machine allows, in calls a second, and how near to it Ringback has come.
    void limit(String measure, double callsPerSecond, double ours, String target) {
        lines.add(String.format(Locale.ROOT, "| %s: %,.0f calls/s; Ringback against it | %s | – | – | – | – | %s |",
                measure, callsPerSecond, number(ours / callsPerSecond, 2), target));
    }

    /// Keeps a single measurement.
    Run add(String load, String round, Run run) {
        rows.add(Row.of(load, round, run.result(), run.used()));
        errors += run.errors();
        return run;
    }

    /// Something to be known beside the table.
    void note(String format, Object... arguments) {
        notes.add(String.format(Locale.ROOT, format, arguments));
    }

    void failed(String what) {
        errors++;
        System.err.println(what);
    }

    boolean isClean() {
        return errors == 0;
    }

    void print() {
        var head = new StringBuilder("|  ");
        for (var kind : Kind.values()) {
            head.append(" | ").append(kind.title());
        }
        System.out.println(head.append(" | to memory | to PostgreSQL | target |"));
        System.out.println("|---|--:|--:|--:|--:|--:|---|");
        lines.forEach(System.out::println);
        notes.forEach(note -> System.out.println("\n" + note));
        if (!rows.isEmpty()) {
            System.out.println("\nThe single measurements:\n\n" + Row.header());
            rows.forEach(System.out::println);
        }
    }

    static <T> Map<Kind, Double> each(Map<Kind, T> of, ToDoubleFunction<T> figure) {
        var figures = new EnumMap<Kind, Double>(Kind.class);
        of.forEach((kind, value) -> figures.put(kind, figure.applyAsDouble(value)));
        return figures;
    }

    private static String number(double value, int decimals) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
