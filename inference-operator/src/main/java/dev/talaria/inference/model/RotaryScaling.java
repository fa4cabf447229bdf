package dev.talaria.inference.model;

import java.util.List;

/// How a model's rotary embedding is stretched beyond the context it was first trained for.
///
/// Every kind changes the angles by which pairs turn per position; YaRN also the length of queries
/// and keys. Formulae are those of transformers (`modeling_rope_utils`) and, for what GGUF files
/// add, of llama.cpp. All is computed in float64.
public sealed interface RotaryScaling {

    /// No scaling: pair `i` turns by `base^(-2i / width)` per position.
    static RotaryScaling none() {
        return new None();
    }

    /// The angle by which each pair turns per position.
    ///
    /// @param width elements that are rotated; two make a pair
    /// @param base of the wavelengths
    /// @param contextTokens the longest sequence there will be; [Dynamic] depends on it
    double[] frequencies(int width, double base, int contextTokens);

    /// What rotated queries and keys are multiplied with.
    default double magnitude() {
        return 1;
    }

    /// The kind and its numbers, for people.
    String description();

    /// No scaling.
    record None() implements RotaryScaling {
        @Override
        public double[] frequencies(int width, double base, int contextTokens) {
            return plain(width, base);
        }

        @Override
        public String description() {
            return "none";
        }
    }

    /// Every angle is divided by the factor.
    record Linear(double factor) implements RotaryScaling {
        public Linear {
            requireFactor(factor);
        }

        @Override
        public double[] frequencies(int width, double base, int contextTokens) {
            double[] frequencies = plain(width, base);
            for (int pair = 0; pair < frequencies.length; pair++) {
                frequencies[pair] /= factor;
            }
            return frequencies;
        }

        @Override
        public String description() {
            return "linear, factor " + factor;
        }
    }

    /// "Dynamic NTK": the base grows with the length of the sequence once that exceeds the original
    /// context.
    ///
    /// transformers computes the angles anew whenever a sequence outgrows the last ones, so that
    /// keys written before keep other angles than those after. Here the angles are those of the
    /// context that a model is loaded for, for all sequences and from their beginning: plain up to
    /// the original context; for a longer one, those with which transformers reads a prompt of that
    /// length. Cached keys then fit every sequence.
    record Dynamic(double factor, int originalContext) implements RotaryScaling {
        public Dynamic {
            requireFactor(factor);
            requireContext(originalContext);
        }

        @Override
        public double[] frequencies(int width, double base, int contextTokens) {
            double length = Math.max(contextTokens, originalContext);
            double stretch = Math.max(1, factor * length / originalContext - (factor - 1));
            double grown = base * Math.pow(stretch, width / (width - 2.0));
            return plain(width, grown);
        }

        @Override
        public String description() {
            return "dynamic, factor " + factor + " beyond " + originalContext + " tokens";
        }
    }

    /// YaRN: fast pairs turn as trained, slow ones are divided by the factor, those between are
    /// mixed. Peng et al., "YaRN", 2023.
    ///
    /// @param betaFast turns within the original context from which a pair counts as fast
    /// @param betaSlow turns up to which it counts as slow
    /// @param truncate whether the bounds of the mixture are rounded to whole pairs, outwards
    /// @param extrapolation share of the trained angle that fast pairs get; 1 by the paper
    /// @param magnitude of rotated queries and keys; `0.1 ln(factor) + 1` by the paper
    record Yarn(
            double factor,
            int originalContext,
            double betaFast,
            double betaSlow,
            boolean truncate,
            double extrapolation,
            double magnitude)
            implements RotaryScaling {

        /// The paper's bounds.
        public static final double BETA_FAST = 32;

        /// The paper's bounds.
        public static final double BETA_SLOW = 1;

        // Between bounds that coincide; keeps the ramp's slope finite.
        private static final double LEAST_SPAN = 0.001;

        public Yarn {
            requireFactor(factor);
            requireContext(originalContext);
            requirePositive("YaRN's beta_fast", betaFast);
            requirePositive("YaRN's beta_slow", betaSlow);
            requirePositive("YaRN's attention factor", magnitude);
            if (!(extrapolation >= 0 && extrapolation <= 1)) {
                throw new IllegalArgumentException(
                        "YaRN's extrapolation factor " + extrapolation + " is not within 0 to 1");
            }
        }

        /// What the paper multiplies rotated queries and keys with, for a factor.
        public static double magnitudeOf(double factor) {
            return magnitudeOf(factor, 1);
        }

        /// The same with a weight of the logarithm, as DeepSeek's models have it.
        public static double magnitudeOf(double factor, double weight) {
            return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
        }

        @Override
        public double[] frequencies(int width, double base, int contextTokens) {
            double low = pairOfTurns(betaFast, width, base);
            double high = pairOfTurns(betaSlow, width, base);
            if (truncate) {
                low = Math.floor(low);
                high = Math.ceil(high);
            }
            low = Math.max(low, 0);
            double span = Math.max(LEAST_SPAN, Math.min(high, width - 1) - low);
            double[] frequencies = plain(width, base);
            for (int pair = 0; pair < frequencies.length; pair++) {
                double slowness = Math.clamp((pair - low) / span, 0.0, 1.0);
                double trained = (1 - slowness) * extrapolation;
                frequencies[pair] *= trained + (1 - trained) / factor;
            }
            return frequencies;
        }

        /// The pair, as a fraction, that turns so many times within the original context.
        private double pairOfTurns(double turns, int width, double base) {
            return width * Math.log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.log(base));
        }

        @Override
        public String description() {
            return "yarn, factor " + factor + " of " + originalContext + " tokens";
        }
    }

    /// Llama 3.1: waves longer than the original context are divided by the factor, short ones are
    /// as trained, those between are mixed.
    ///
    /// @param lowFactor original context divided by the longest wave that is mixed
    /// @param highFactor original context divided by the shortest wave that is mixed
    record Llama3(double factor, double lowFactor, double highFactor, int originalContext)
            implements RotaryScaling {

        public Llama3 {
            requireFactor(factor);
            requireContext(originalContext);
            requirePositive("low_freq_factor", lowFactor);
            requirePositive("high_freq_factor", highFactor);
            if (!(lowFactor < highFactor)) {
                throw new IllegalArgumentException(
                        "low_freq_factor %s is not below high_freq_factor %s"
                                .formatted(lowFactor, highFactor));
            }
        }

        @Override
        public double[] frequencies(int width, double base, int contextTokens) {
            double[] frequencies = plain(width, base);
            for (int pair = 0; pair < frequencies.length; pair++) {
                double waves = originalContext * frequencies[pair] / (2 * Math.PI);
                double trained = (waves - lowFactor) / (highFactor - lowFactor);
                double share = Math.clamp(trained, 0.0, 1.0);
                frequencies[pair] *= share + (1 - share) / factor;
            }
            return frequencies;
        }

        @Override
        public String description() {
            return "llama3, factor " + factor + " of " + originalContext + " tokens";
        }
    }

    /// Each pair's angle is divided by a number of its own: GGUF's `rope_freqs.weight`, into which
    /// Llama 3.1's scaling is converted.
    ///
    /// @param divisors one per pair
    /// @param within the scaling whose angles are divided
    record Divided(List<Double> divisors, RotaryScaling within) implements RotaryScaling {
        public Divided {
            divisors = List.copyOf(divisors);
            for (double divisor : divisors) {
                requirePositive("a divisor of rope_freqs.weight", divisor);
            }
        }

        @Override
        public double[] frequencies(int width, double base, int contextTokens) {
            double[] frequencies = within.frequencies(width, base, contextTokens);
            if (divisors.size() != frequencies.length) {
                throw new IllegalArgumentException(
                        "%d divisors for %d pairs".formatted(divisors.size(), frequencies.length));
            }
            for (int pair = 0; pair < frequencies.length; pair++) {
                frequencies[pair] /= divisors.get(pair);
            }
            return frequencies;
        }

        @Override
        public double magnitude() {
            return within.magnitude();
        }

        @Override
        public String description() {
            String own = "by the file's divisors";
            return within.equals(none()) ? own : within.description() + ", " + own;
        }
    }

    private static double[] plain(int width, double base) {
        double[] frequencies = new double[width / 2];
        for (int pair = 0; pair < frequencies.length; pair++) {
            frequencies[pair] = Math.pow(base, -2.0 * pair / width);
        }
        return frequencies;
    }

    private static void requireFactor(double factor) {
        if (!(factor >= 1e-6 && factor <= 1e6)) {
            throw new IllegalArgumentException(
                    "rotary scaling factor " + factor + " is not within 1e-6 to 1e6");
        }
    }

    private static void requireContext(int originalContext) {
        if (originalContext < 1) {
            throw new IllegalArgumentException(
                    "original context of " + originalContext + " tokens is below 1");
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < 1e9)) {
            throw new IllegalArgumentException(name + " = " + value + " is not above 0");
        }
    }
}
