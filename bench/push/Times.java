package push;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How long rings took until they came to the push service, by channel, in milliseconds. Every single one is kept.
final class Times {
    private final Map<String, List<Double>> sinceInitiate = new HashMap<>();
    private final Map<String, Integer> missed = new HashMap<>();

    static Times together(List<Times> rounds) {
        var all = new Times();
        for (var round : rounds) {
            round.sinceInitiate.forEach((channel, ms) -> all.of(all.sinceInitiate, channel).addAll(ms));
            round.missed.forEach((channel, count) -> all.missed.merge(channel, count, Integer::sum));
        }
        return all;
    }

    void add(String channel, double initiated) {
        of(sinceInitiate, channel).add(initiated);
    }

    void missed(String channel) {
        missed.merge(channel, 1, Integer::sum);
    }

    int missing(String channel) {
        return missed.getOrDefault(channel, 0);
    }

    double initiated(String channel, int percent) {
        return percentile(of(sinceInitiate, channel), percent);
    }

    String row(String channel, String when) {
        return String.format(Locale.ROOT, "| %s | %s | %d | %d | %.1f | %.1f |", channel, when,
                of(sinceInitiate, channel).size(), missing(channel), initiated(channel, 50), initiated(channel, 99));
    }

    private List<Double> of(Map<String, List<Double>> times, String channel) {
        return times.computeIfAbsent(channel, _ -> new ArrayList<>());
    }

    /// Nearest rank; NaN when there were none.
    private static double percentile(List<Double> times, int percent) {
        var sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return sorted[Math.clamp(rank, 1, sorted.length) - 1];
    }
}
