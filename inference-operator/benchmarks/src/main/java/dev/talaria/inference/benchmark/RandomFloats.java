package dev.talaria.inference.benchmark;

import java.util.SplittableRandom;

/// Numbers like a model's activations: around 0, mostly below 1.
final class RandomFloats {

    private RandomFloats() {}

    /// So many, the same every time.
    static float[] of(int length) {
        SplittableRandom random = new SplittableRandom(length);
        float[] floats = new float[length];
        for (int i = 0; i < length; i++) {
            floats[i] = (float) random.nextGaussian();
        }
        return floats;
    }
}
