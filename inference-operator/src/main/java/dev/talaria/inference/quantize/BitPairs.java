package dev.talaria.inference.quantize;

/// The 64 bytes in which Q2_K, Q3_K and Q6_K keep two bits of each of 256 numbers: of every 128 a
/// byte holds four, 32 apart, from the low bits up.
final class BitPairs {

    private BitPairs() {}

    /// Writes the two bits from `shift` on of every code.
    static void put(int[] codes, int shift, byte[] out, int at) {
        for (int i = 0; i < 64; i++) {
            int bits = 0;
            for (int k = 0; k < 4; k++) {
                bits |= (codes[i / 32 * 128 + k * 32 + i % 32] >> shift & 3) << 2 * k;
            }
            out[at + i] = (byte) bits;
        }
    }
}
