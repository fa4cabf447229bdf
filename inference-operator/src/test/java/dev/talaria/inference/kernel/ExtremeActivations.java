package dev.talaria.inference.kernel;

import java.util.SplittableRandom;

/// Activations at the edges of what a float can be.
final class ExtremeActivations {

    private static final float[] EXTREMES = {
        0f,
        -0f,
        Float.MIN_VALUE,
        Float.MIN_NORMAL,
        0x1p-118f,
        -0x1p-119f,
        1e-30f,
        1f,
        -1f,
        65504f,
        1e30f,
        -0x1p120f,
        0x1p120f
    };

    private ExtremeActivations() {}

    /// Blocks of one size of numbers as often as mixtures.
    ///
    /// @param length a multiple of 32
    static float[] of(SplittableRandom random, int length) {
        float[] x = new float[length];
        for (int block = 0; block < length; block += 32) {
            int kind = random.nextInt(4);
            float size = EXTREMES[random.nextInt(EXTREMES.length)];
            for (int i = block; i < block + 32; i++) {
                float any = random.nextInt() * 0x1p-31f;
                x[i] =
                        switch (kind) {
                            case 0 -> any;
                            case 1 -> any * size;
                            case 2 -> size;
                            default -> EXTREMES[random.nextInt(EXTREMES.length - 4)] * any;
                        };
            }
        }
        return x;
    }
}
