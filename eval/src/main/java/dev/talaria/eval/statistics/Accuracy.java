package dev.talaria.eval.statistics;

import java.util.Collection;

/// The share of trials that passed, with its interval.
///
/// With one trial a row, the interval is Wilson's. With several, trials of a row are alike, so it
/// is Wilson's for as many independent trials as vary as much as the rows' shares do: never fewer
/// than rows, never more than trials.
///
/// @param rows how many rows were tried
/// @param trials in all
/// @param passed of these
/// @param interval of the share
public record Accuracy(int rows, int trials, int passed, Interval interval) {

    /// @throws IllegalArgumentException where there is no trial
    public static Accuracy of(Collection<Tally> tallies) {
        int rows = tallies.size();
        int trials = tallies.stream().mapToInt(Tally::trials).sum();
        int passed = tallies.stream().mapToInt(Tally::passed).sum();
        if (trials == 0) {
            throw new IllegalArgumentException("no trial, so no accuracy");
        }
        double share = (double) passed / trials;
        double independent = rows == trials ? rows : independent(tallies, share, trials);
        return new Accuracy(rows, trials, passed, Interval.wilson(share, independent));
    }

    private static double independent(Collection<Tally> tallies, double share, int trials) {
        int rows = tallies.size();
        double squares = 0;
        for (Tally tally : tallies) {
            double away = tally.trials() * (tally.share() - share) * rows / trials;
            squares += away * away;
        }
        if (rows < 2 || squares == 0 || passedAllOrNone(share)) {
            return rows;
        }
        double variance = squares / ((double) rows * (rows - 1));
        return Math.clamp(share * (1 - share) / variance, rows, trials);
    }

    private static boolean passedAllOrNone(double share) {
        return share == 0 || share == 1;
    }

    /// The share that passed, from 0 to 1.
    public double share() {
        return (double) passed / trials;
    }
}
