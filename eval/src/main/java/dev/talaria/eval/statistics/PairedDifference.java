package dev.talaria.eval.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// How much more of the same rows passed the second time, and whether that is chance.
///
/// With one trial of each row on both sides: McNemar's exact test, and Newcombe's score interval
/// for paired shares. With several: a permutation test that swaps the sides of rows, and the
/// percentiles of a bootstrap over rows; both draw from a fixed seed, so they repeat.
///
/// @param rows that were tried on both sides
/// @param difference share of the second side less that of the first
/// @param interval of the difference
/// @param p how probable a difference at least so large is, if neither side is better
/// @param gained rows that did better on the second side
/// @param lost rows that did better on the first
/// @param method how interval and p were found
public record PairedDifference(
        int rows,
        double difference,
        Interval interval,
        double p,
        int gained,
        int lost,
        Method method) {

    /// How two sides are compared.
    public enum Method {
        /// McNemar's exact test, Newcombe's interval.
        EXACT("McNemar's exact test, Newcombe's interval for paired shares"),
        /// Permutation test and bootstrap over rows.
        RESAMPLED("a permutation test (20,000) and a bootstrap (10,000) of rows");

        private final String words;

        Method(String words) {
            this.words = words;
        }

        /// What a report says.
        public String words() {
            return words;
        }
    }

    /// One row on both sides.
    public record Pair(Tally first, Tally second) {

        double difference() {
            return second.share() - first.share();
        }
    }

    private static final int PERMUTATIONS = 20_000;
    private static final int RESAMPLES = 10_000;
    private static final long SEED = 20_240_229;
    private static final double ROUNDING = 1e-12;

    /// @throws IllegalArgumentException where there is no pair, or one without trials
    public static PairedDifference of(List<Pair> pairs) {
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("no pair, so no difference");
        }
        boolean isSingle =
                pairs.stream()
                        .allMatch(pair -> pair.first.trials() == 1 && pair.second.trials() == 1);
        return isSingle ? exact(pairs) : resampled(pairs);
    }

    private static PairedDifference exact(List<Pair> pairs) {
        int both = 0;
        int gained = 0;
        int lost = 0;
        for (Pair pair : pairs) {
            boolean before = pair.first.passed() == 1;
            boolean after = pair.second.passed() == 1;
            both += before && after ? 1 : 0;
            gained += !before && after ? 1 : 0;
            lost += before && !after ? 1 : 0;
        }
        int rows = pairs.size();
        return new PairedDifference(
                rows,
                (double) (gained - lost) / rows,
                newcombe(both, gained, lost, rows - both - gained - lost),
                mcNemar(gained, lost),
                gained,
                lost,
                Method.EXACT);
    }

    /// The two-sided p of as uneven a division of `gained + lost` changes, if each is as probable
    /// to be a gain as a loss.
    static double mcNemar(int gained, int lost) {
        int changes = gained + lost;
        int fewer = Math.min(gained, lost);
        double term = -changes * Math.log(2);
        double sum = Math.exp(term);
        for (int i = 0; i < fewer; i++) {
            term += Math.log(changes - i) - Math.log(i + 1);
            sum += Math.exp(term);
        }
        return Math.min(1, 2 * sum);
    }

    /// Newcombe 1998, method 10: the square-and-add of two Wilson intervals, with the correlation
    /// of the pairs, corrected for continuity.
    static Interval newcombe(int both, int gained, int lost, int neither) {
        double rows = (double) both + gained + lost + neither;
        double second = (both + gained) / rows;
        double first = (both + lost) / rows;
        Interval ofSecond = Interval.wilson(second, rows);
        Interval ofFirst = Interval.wilson(first, rows);
        double phi = correlation(both, gained, lost, neither);
        double below = squareAndAdd(second - ofSecond.low(), ofFirst.high() - first, phi);
        double above = squareAndAdd(ofSecond.high() - second, first - ofFirst.low(), phi);
        double difference = second - first;
        return new Interval(Math.max(-1, difference - below), Math.min(1, difference + above));
    }

    private static double squareAndAdd(double one, double other, double phi) {
        return Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other));
    }

    private static double correlation(double both, double gained, double lost, double neither) {
        double margins = (both + gained) * (lost + neither) * (both + lost) * (gained + neither);
        if (margins == 0) {
            return 0;
        }
        double product = both * neither - gained * lost;
        double rows = both + gained + lost + neither;
        double corrected = product > 0 ? Math.max(product - rows / 2, 0) : product;
        return corrected / Math.sqrt(margins);
    }

    private static PairedDifference resampled(List<Pair> pairs) {
        double[] differences = pairs.stream().mapToDouble(Pair::difference).toArray();
        double mean = Arrays.stream(differences).sum() / differences.length;
        SplittableRandom random = new SplittableRandom(SEED);
        return new PairedDifference(
                pairs.size(),
                mean,
                bootstrap(differences, random),
                permutation(differences, mean, random),
                (int) Arrays.stream(differences).filter(each -> each > 0).count(),
                (int) Arrays.stream(differences).filter(each -> each < 0).count(),
                Method.RESAMPLED);
    }

    private static Interval bootstrap(double[] differences, SplittableRandom random) {
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int j = 0; j < differences.length; j++) {
                sum += differences[random.nextInt(differences.length)];
            }
            means[i] = sum / differences.length;
        }
        Arrays.sort(means);
        return new Interval(means[RESAMPLES / 40], means[RESAMPLES - 1 - RESAMPLES / 40]);
    }

    // The observed division counts as one of those drawn, so that p is never 0.
    private static double permutation(double[] differences, double mean, SplittableRandom random) {
        double[] changed = Arrays.stream(differences).filter(each -> each != 0).toArray();
        double observed = Math.abs(mean) * differences.length - ROUNDING;
        int asLarge = 1;
        for (int i = 0; i < PERMUTATIONS; i++) {
            double sum = 0;
            for (double each : changed) {
                sum += random.nextBoolean() ? each : -each;
            }
            asLarge += Math.abs(sum) >= observed ? 1 : 0;
        }
        return (double) asLarge / (PERMUTATIONS + 1);
    }
}
