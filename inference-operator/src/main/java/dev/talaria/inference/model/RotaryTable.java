package dev.talaria.inference.model;

/// Rotary position embedding: pair `(2i, 2i + 1)` of a head at position `p` turns by `p` times the
/// pair's frequency, `base^(-2i / width)` where the scaling leaves it so. Su et al., "RoFormer",
/// 2021; pairs are neighbours, as GGUF's `llama` architecture has them. Immutable.
final class RotaryTable {

    private final int width;
    private final float[] cosines;
    private final float[] sines;

    /// Angles are computed in float64 and kept for every position up to `positions`.
    RotaryTable(int positions, int width, double base, RotaryScaling scaling) {
        this.width = width;
        int pairs = width / 2;
        this.cosines = new float[Math.multiplyExact(positions, pairs)];
        this.sines = new float[positions * pairs];
        double[] frequencies = scaling.frequencies(width, base, positions);
        double magnitude = scaling.magnitude();
        for (int pair = 0; pair < pairs; pair++) {
            for (int position = 0; position < positions; position++) {
                double angle = position * frequencies[pair];
                cosines[position * pairs + pair] = (float) (magnitude * Math.cos(angle));
                sines[position * pairs + pair] = (float) (magnitude * Math.sin(angle));
            }
        }
    }

    /// Turns every head of one row in place, and multiplies it with the scaling's magnitude.
    void rotate(float[] x, int offset, int heads, int headWidth, int position) {
        int angles = position * (width / 2);
        for (int head = 0; head < heads; head++) {
            int at = offset + head * headWidth;
            for (int pair = 0; pair < width / 2; pair++) {
                float cos = cosines[angles + pair];
                float sin = sines[angles + pair];
                float first = x[at + 2 * pair];
                float second = x[at + 2 * pair + 1];
                x[at + 2 * pair] = first * cos - second * sin;
                x[at + 2 * pair + 1] = first * sin + second * cos;
            }
        }
    }
}
