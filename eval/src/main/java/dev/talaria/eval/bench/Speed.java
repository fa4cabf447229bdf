package dev.talaria.eval.bench;

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
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Speed(tokens / sorted[0], tokens / median, tokens / sorted[sorted.length - 1]);
    }
}
