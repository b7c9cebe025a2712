package load;

import java.util.Collection;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// One measurement.
record Run(Load.Result result, Usage used) {

    static Run of(Usage.Watched watched, Supplier<Load.Result> load) {
        var before = watched.now();
        var result = load.get();
        return new Run(result, watched.now().since(before));
    }

    /// A service that is measured has to take every call.
    int errors() {
        return result.errors() + result.refusals().size();
    }

    double callsPerSecond() {
        return result.callsPerSecond();
    }

    /// Milliseconds from the appointed moment of a call to its ring.
    double ring(double percent) {
        return Times.of(result.calls(), CallTimes::scheduled, CallTimes::rang).percentile(percent);
    }

    /// Milliseconds from an accept to the caller's knowing of it.
    double accepted(double percent) {
        return Times.of(result.calls(), CallTimes::acceptSent, CallTimes::accepted).percentile(percent);
    }

    double perCall(ToDoubleFunction<Usage> what) {
        return what.applyAsDouble(used) / result.calls().size();
    }

    static double median(Collection<Run> runs, ToDoubleFunction<Run> figure) {
        return median(runs.stream().mapToDouble(figure));
    }

    static double median(DoubleStream figures) {
        var sorted = figures.sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
