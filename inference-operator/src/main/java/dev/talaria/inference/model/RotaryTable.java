package dev.talaria.inference.model;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// Rotary position embedding: pair `(2i, 2i + 1)` of a head at position `p` turns by `p` times the
/// pair's frequency, `base^(-2i / width)` where the scaling leaves it so. Su et al., "RoFormer",
/// 2021; pairs are neighbours, as GGUF's `llama` architecture has them.
///
/// Angles are computed in float64, and kept. Those of some neighbouring positions are computed when
/// one of them is first asked for: a start does not wait for the whole context's. Used by many
/// threads; two that ask for the same at once compute the same.
final class RotaryTable {

    private static final int POSITIONS_TOGETHER = 256;

    private final int width;
    private final double[] frequencies;
    private final double magnitude;
    private final AtomicReferenceArray<Angles> angles;

    /// `(position, pair)` of neighbouring positions.
    private record Angles(float[] cosines, float[] sines) {}

    /// For every position up to `positions`.
    RotaryTable(int positions, int width, double base, RotaryScaling scaling) {
        this.width = width;
        this.frequencies = scaling.frequencies(width, base, positions);
        this.magnitude = scaling.magnitude();
        this.angles = new AtomicReferenceArray<>(Math.ceilDiv(positions, POSITIONS_TOGETHER));
    }

    private Angles angles(int position) {
        int index = position / POSITIONS_TOGETHER;
        Angles known = angles.get(index);
        if (known == null) {
            known = compute(index * POSITIONS_TOGETHER);
            angles.set(index, known);
        }
        return known;
    }

    private Angles compute(int first) {
        int pairs = width / 2;
        float[] cosines = new float[POSITIONS_TOGETHER * pairs];
        float[] sines = new float[POSITIONS_TOGETHER * pairs];
        for (int pair = 0; pair < pairs; pair++) {
            for (int i = 0; i < POSITIONS_TOGETHER; i++) {
                double angle = (first + i) * frequencies[pair];
                cosines[i * pairs + pair] = (float) (magnitude * Math.cos(angle));
                sines[i * pairs + pair] = (float) (magnitude * Math.sin(angle));
            }
        }
        return new Angles(cosines, sines);
    }

    /// Turns every head of one row in place, and multiplies it with the scaling's magnitude.
    void rotate(float[] x, int offset, int heads, int headWidth, int position) {
        Angles known = angles(position);
        float[] cosines = known.cosines;
        float[] sines = known.sines;
        int from = position % POSITIONS_TOGETHER * (width / 2);
        for (int head = 0; head < heads; head++) {
            int at = offset + head * headWidth;
            for (int pair = 0; pair < width / 2; pair++) {
                float cos = cosines[from + pair];
                float sin = sines[from + pair];
                float first = x[at + 2 * pair];
                float second = x[at + 2 * pair + 1];
                x[at + 2 * pair] = first * cos - second * sin;
                x[at + 2 * pair + 1] = first * sin + second * cos;
            }
        }
    }
}
