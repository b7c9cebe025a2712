package load;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;

/// Exact percentiles: every single time is kept.
final class Times {
    private static final double NANOS_PER_MS = 1e6;

    private final long[] sorted;

    private Times(long[] sorted) {
        this.sorted = sorted;
    }

    static Times of(List<CallTimes> calls, ToLongFunction<CallTimes> from, ToLongFunction<CallTimes> to) {
        var nanos = calls.stream().mapToLong(call -> to.applyAsLong(call) - from.applyAsLong(call)).toArray();
        return of(nanos);
    }

    static Times of(Collection<Long> nanos) {
        return of(nanos.stream().mapToLong(Long::longValue).toArray());
    }

    private static Times of(long[] nanos) {
        Arrays.sort(nanos);
        return new Times(nanos);
    }

    /// Milliseconds that `percent` of all calls needed at most (nearest rank), NaN when there were none.
    double percentile(double percent) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.clamp(rank, 1, sorted.length) - 1] / NANOS_PER_MS;
    }

    double max() {
        return percentile(100);
    }
}
