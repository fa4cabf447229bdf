package dev.talaria.eval.choice;

import java.util.Arrays;
import java.util.OptionalDouble;

/// The mean of a sample.
///
/// @param standardError of the mean, from the sample's own deviation with `n - 1` in the
///   denominator: of zeros and ones `sqrt(p (1 - p) / (n - 1))`. Empty for fewer than two values
record SampleMean(double value, OptionalDouble standardError) {

    static SampleMean of(double[] values) {
        int n = values.length;
        double mean = Arrays.stream(values).average().orElse(0);
        if (n < 2) {
            return new SampleMean(mean, OptionalDouble.empty());
        }
        double squares = Arrays.stream(values).map(it -> (it - mean) * (it - mean)).sum();
        return new SampleMean(mean, OptionalDouble.of(Math.sqrt(squares / (n - 1) / n)));
    }
}
