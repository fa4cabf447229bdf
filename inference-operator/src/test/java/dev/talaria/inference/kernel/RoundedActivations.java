package dev.talaria.inference.kernel;

/// Activations rounded to eight bits in blocks of 32, or to bfloat16, plainly.
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

    /// To the nearest of the numbers with eight significant bits, ties to even; subnormal numbers
    /// to zero.
    static float[] toBfloats(float[] x) {
        float[] rounded = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            rounded[i] = toBfloat(x[i]);
        }
        return rounded;
    }

    private static float toBfloat(float x) {
        if (!Float.isFinite(x)) {
            return x;
        }
        if (Math.abs(x) < Float.MIN_NORMAL) {
            return Math.copySign(0f, x);
        }
        // Doubles have room for a step of eight significant bits at both ends of the floats.
        double step = Math.scalb(1.0, Math.getExponent(x) - 7);
        return (float) (Math.rint(x / step) * step);
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
