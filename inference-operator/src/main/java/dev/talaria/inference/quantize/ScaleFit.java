package dev.talaria.inference.quantize;

/// Finds the scale under which a group of weights is nearest to `scale * level`.
///
/// For given levels the best scale is a least-squares quotient, and for a given scale the best
/// levels are the nearest ones. So a few scales around the one that maps the greatest weight onto
/// the lowest level are tried, and of the quotients they lead to the best is kept.
final class ScaleFit {

    /// Below this, weights are taken for zero: half precision ends at 6e-8.
    static final float NEGLIGIBLE = 1e-30f;

    private final Levels levels;
    private final int tries;
    private final float step;

    /// @param tries scales tried to either side of the first
    /// @param step between two of them, in levels
    ScaleFit(Levels levels, int tries, float step) {
        this.levels = levels;
        this.tries = tries;
        this.step = step;
    }

    /// The scale; 0 where all weights are.
    float scale(float[] x, int from, int count) {
        float extreme = extreme(x, from, count);
        if (Math.abs(extreme) < NEGLIGIBLE) {
            return 0;
        }
        double best = -1;
        float scale = 0;
        for (int k = -tries; k <= tries; k++) {
            float inverse = (levels.least() + step * k) / extreme;
            double product = 0;
            double square = 0;
            for (int i = from; i < from + count; i++) {
                double level = levels.number(levels.code(inverse * x[i]));
                product += level * x[i];
                square += level * level;
            }
            // The error is the sum of x squared less this.
            double gain = product * product / square;
            if (square > 0 && gain > best) {
                best = gain;
                scale = (float) (product / square);
            }
        }
        return scale;
    }

    /// The number of the greatest magnitude.
    static float extreme(float[] x, int from, int count) {
        float extreme = 0;
        for (int i = from; i < from + count; i++) {
            if (Math.abs(x[i]) > Math.abs(extreme)) {
                extreme = x[i];
            }
        }
        return extreme;
    }
}
