package dev.talaria.inference.quantize;

/// The twelve bytes in which Q4_K and Q5_K keep eight scales and eight minimums of six bits.
final class SixBitScales {

    private SixBitScales() {}

    /// The first four of each have a byte's lower bits; the others a nibble each in the last four
    /// bytes, and their upper two bits above the first ones.
    static void put(int[] scales, int[] minimums, byte[] out, int at) {
        for (int i = 0; i < 4; i++) {
            int lateScale = scales[i + 4];
            int lateMinimum = minimums[i + 4];
            out[at + i] = (byte) (scales[i] | lateScale >> 4 << 6);
            out[at + 4 + i] = (byte) (minimums[i] | lateMinimum >> 4 << 6);
            out[at + 8 + i] = (byte) (lateScale & 15 | (lateMinimum & 15) << 4);
        }
    }
}
