package dev.talaria.inference.kernel;

/// Activations rounded to eight bits in blocks of 32, plainly.
final class RoundedActivations {

    private RoundedActivations() {}

    /// @param x of rows of a multiple of 32
    static float[] of(float[] x) {
        float[] rounded = new float[x.length];
        for (int block = 0; block < x.length; block += 32) {
            float greatest = 0;
            for (int i = block; i < block + 32; i++) {
                greatest = Math.max(greatest, Math.abs(x[i]));
            }
            for (int i = block; i < block + 32; i++) {
                rounded[i] = rounded(x[i], greatest);
            }
        }
        return rounded;
    }

    private static float rounded(float x, float greatest) {
        if (!Float.isFinite(greatest)) {
            return Float.NaN;
        }
        if (greatest < 0x1p-118f) {
            return 0;
        }
        return greatest * (1f / 127) * (float) Math.rint(x * (127 / greatest));
    }
}
