package dev.talaria.inference.quantize;

/// Rows of the types that are floats or the better part of one.
final class FloatRows {

    private FloatRows() {}

    static void f32(float[] row, int columns, byte[] out, int at) {
        for (int i = 0; i < columns; i++) {
            Bytes.putInt(out, at + 4 * i, Float.floatToRawIntBits(row[i]));
        }
    }

    static void f16(float[] row, int columns, byte[] out, int at) {
        for (int i = 0; i < columns; i++) {
            Bytes.putHalf(out, at + 2 * i, row[i]);
        }
    }

    // To the nearest, of two the even one.
    static void bf16(float[] row, int columns, byte[] out, int at) {
        for (int i = 0; i < columns; i++) {
            int bits = Float.floatToRawIntBits(row[i]);
            int rounded = bits + 0x7FFF + (bits >>> 16 & 1) >>> 16;
            if ((rounded & 0x7F80) == 0x7F80) {
                throw new ArithmeticException(row[i] + " is too great for bfloat16");
            }
            Bytes.putShort(out, at + 2 * i, (short) rounded);
        }
    }
}
