package dev.talaria.eval.report;

import java.util.Arrays;
import java.util.List;

/// How often values lie in each of some bins.
///
/// Bins are equally wide, with round ends, up to where the last hundredth of the values begins; the
/// last bin takes what is above.
///
/// @param start where the first bin begins
/// @param width of a bin, above 0
/// @param isOpen whether the last bin also holds values above its end
/// @param counts of each group of values in each bin
record Histogram(double start, double width, boolean isOpen, List<int[]> counts) {

    private static final int BINS = 24;
    private static final double[] ROUND = {1, 2, 2.5, 5, 10};
    private static final double MOST = 0.99;

    /// Groups of values in the same bins.
    static Histogram of(List<double[]> groups) {
        double[] all = groups.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        double low = all.length == 0 ? 0 : all[0];
        double top = all.length == 0 ? 1 : all[(int) Math.ceil(MOST * all.length) - 1];
        double width = round((top - low) / BINS);
        double start = Math.floor(low / width) * width;
        int bins = Math.max(1, (int) Math.floor((top - start) / width) + 1);
        boolean isOpen = all.length > 0 && all[all.length - 1] >= start + bins * width;
        List<int[]> counts =
                groups.stream()
                        .map(values -> {
                            int[] count = new int[bins];
                            for (double value : values) {
                                count[Math.clamp((long) ((value - start) / width), 0, bins - 1)]++;
                            }
                            return count;
                        })
                        .toList();
        return new Histogram(start, width, isOpen, counts);
    }

    private static double round(double width) {
        if (!(width > 0)) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(width)));
        for (double step : ROUND) {
            if (step * power >= width) {
                return step * power;
            }
        }
        return 10 * power;
    }

    int bins() {
        return counts.getFirst().length;
    }

    /// Where a bin begins.
    double edge(int bin) {
        return start + bin * width;
    }

    /// The most in any bin.
    int highest() {
        return counts.stream().flatMapToInt(Arrays::stream).max().orElse(0);
    }
}
