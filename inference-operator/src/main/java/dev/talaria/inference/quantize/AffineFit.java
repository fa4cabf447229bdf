package dev.talaria.inference.quantize;

/// Finds scale and offset under which a group of weights is nearest to `scale * level + offset`,
/// the levels being 0 to `most`.
///
/// As [ScaleFit], with two unknowns: a few spacings of the levels between the least and the
/// greatest weight are tried, and for the levels each leads to, scale and offset are those of the
/// least squares.
final class AffineFit {

    private static final int TRIES = 20;
    private static final float STEP = 0.1f;

    private final int most;
    private final boolean isBelowZero;
    private float scale;
    private float offset;

    /// @param isBelowZero whether the offset may only be 0 or below, as the format subtracts it
    AffineFit(int most, boolean isBelowZero) {
        this.most = most;
        this.isBelowZero = isBelowZero;
    }

    /// The scale that the last [#fit] found; not negative.
    float scale() {
        return scale;
    }

    /// The offset that the last [#fit] found.
    float offset() {
        return offset;
    }

    /// Finds both.
    void fit(float[] x, int from, int count) {
        float least = x[from];
        float greatest = x[from];
        for (int i = from + 1; i < from + count; i++) {
            least = Math.min(least, x[i]);
            greatest = Math.max(greatest, x[i]);
        }
        least = isBelowZero ? Math.min(least, 0) : least;
        float width = greatest - least;
        boolean isFlat = width < ScaleFit.NEGLIGIBLE;
        scale = isFlat ? 0 : width / most;
        offset = least;
        if (!isFlat) {
            search(x, from, count, least, width);
        }
    }

    private void search(float[] x, int from, int count, float least, float width) {
        double best = Double.NEGATIVE_INFINITY;
        for (int k = 0; k <= TRIES; k++) {
            float inverse = (most - 1 + STEP * k) / width;
            double levels = 0;
            double squares = 0;
            double products = 0;
            double sum = 0;
            for (int i = from; i < from + count; i++) {
                float shifted = x[i] - least;
                int level = Math.min(most, Levels.round(inverse * shifted));
                levels += level;
                squares += level * level;
                products += (double) level * shifted;
                sum += shifted;
            }
            double determinant = count * squares - levels * levels;
            if (determinant <= 0) {
                continue;
            }
            double slope = (count * products - levels * sum) / determinant;
            double start = (squares * sum - levels * products) / determinant;
            if (isBelowZero && start + least > 0) {
                start = -least;
                slope = Math.max(0, (products - start * levels) / squares);
            }
            // The error is the sum of x squared less this.
            double gain =
                    slope * (2 * products - slope * squares - 2 * start * levels)
                            + start * (2 * sum - start * count);
            if (gain > best) {
                best = gain;
                scale = (float) slope;
                offset = (float) (start + least);
            }
        }
    }
}
