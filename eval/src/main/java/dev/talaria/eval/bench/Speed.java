package dev.talaria.eval.bench;

import java.util.Arrays;
import java.util.List;

/// Tokens a second over several rounds.
///
/// @param best of the rounds: what the machine does when nothing disturbs it
/// @param median of the rounds: what to expect
/// @param slowest of the rounds: the spread
record Speed(double best, double median, double slowest) {

    /// @param tokens of each round
    /// @param seconds of each round, at least one
    static Speed of(int tokens, List<Double> seconds) {
        double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Speed(
                tokens / sorted[0], tokens / median(sorted), tokens / sorted[sorted.length - 1]);
    }

    /// The middle one, or the mean of the middle two.
    ///
    /// @param values at least one, in any order
    static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
