package dev.talaria.inference.x86;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/// The vector registers, as lanes of 32 bits. What an instruction leaves out of a register becomes
/// zero.
final class VectorUnit {

    static final int LANES = 16;

    private static final int REGISTERS = 32;

    private final int[][] registers = new int[REGISTERS][LANES];

    int[] register(int number) {
        return registers[number];
    }

    /// `vzeroupper`.
    void zeroUpper() {
        for (int register = 0; register < REGISTERS / 2; register++) {
            Arrays.fill(registers[register], 4, LANES, 0);
        }
    }

    boolean isUpperZero() {
        for (int register = 0; register < REGISTERS / 2; register++) {
            for (int lane = 4; lane < LANES; lane++) {
                if (registers[register][lane] != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Sets the lower lanes; the others become zero.
    void set(int register, int[] lanes, int count) {
        int[] to = registers[register];
        System.arraycopy(lanes, 0, to, 0, count);
        Arrays.fill(to, count, LANES, 0);
    }

    static int[] map(int[] a, IntUnaryOperator operation) {
        int[] lanes = new int[LANES];
        Arrays.setAll(lanes, i -> operation.applyAsInt(a[i]));
        return lanes;
    }

    static int[] map(int[] a, int[] b, IntBinaryOperator operation) {
        int[] lanes = new int[LANES];
        for (int i = 0; i < LANES; i++) {
            lanes[i] = operation.applyAsInt(a[i], b[i]);
        }
        return lanes;
    }

    static int add(int a, int b) {
        return bits(number(a) + number(b));
    }

    static int subtract(int a, int b) {
        return bits(number(a) - number(b));
    }

    static int multiply(int a, int b) {
        return bits(number(a) * number(b));
    }

    static int divide(int a, int b) {
        return bits(number(a) / number(b));
    }

    /// The second where either is NaN, or both are zero.
    static int lesser(int a, int b) {
        return number(a) < number(b) ? a : b;
    }

    /// The second where either is NaN, or both are zero.
    static int greater(int a, int b) {
        return number(a) > number(b) ? a : b;
    }

    /// What is done with doubles: two sources and what the destination had before.
    interface OfDoubles {
        double of(double to, double a, double b);
    }

    static double doubleAt(int[] lanes, int index) {
        return Double.longBitsToDouble(
                lanes[2 * index] & 0xFFFF_FFFFL | (long) lanes[2 * index + 1] << Integer.SIZE);
    }

    static void setDouble(int[] lanes, int index, double number) {
        long bits = Double.doubleToRawLongBits(number);
        lanes[2 * index] = (int) bits;
        lanes[2 * index + 1] = (int) (bits >>> Integer.SIZE);
    }

    static double fusedDoubles(double to, double a, double b) {
        return Math.fma(a, b, to);
    }

    static int fused(int a, int b, int c) {
        return bits(Math.fma(number(a), number(b), number(c)));
    }

    private static float number(int bits) {
        return Float.intBitsToFloat(bits);
    }

    private static int bits(float number) {
        return Float.floatToRawIntBits(number);
    }

    static int toFloat(int number) {
        return bits((float) number);
    }

    /// To the nearest, ties to even; what an integer cannot hold becomes the least.
    static int toInt(int bits) {
        double rounded = Math.rint(number(bits));
        boolean fits = rounded >= Integer.MIN_VALUE && rounded <= Integer.MAX_VALUE;
        return fits ? (int) rounded : Integer.MIN_VALUE;
    }

    static int halfToFloat(int half) {
        return bits(Float.float16ToFloat((short) half));
    }

    /// To the nearest, ties to even; what is denormal becomes zero.
    static int toBfloat(int bits) {
        float number = number(bits);
        if (Float.isNaN(number)) {
            return (bits >>> 16 | 0x40) & 0xFFFF;
        }
        if (Math.abs(number) < Float.MIN_NORMAL) {
            return bits >>> 16 & 0x8000;
        }
        return bits + 0x7FFF + (bits >>> 16 & 1) >>> 16 & 0xFFFF;
    }

    static int function(int table, int to, int a, int b) {
        int result = 0;
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            int row = (to >>> bit & 1) << 2 | (a >>> bit & 1) << 1 | b >>> bit & 1;
            result |= (table >>> row & 1) << bit;
        }
        return result;
    }

    static int subtractBytes(int a, int b) {
        int difference = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            difference |= ((a >>> shift) - (b >>> shift) & 0xFF) << shift;
        }
        return difference;
    }

    static int shiftWords(int a, int bits) {
        return (a & 0xFFFF) >>> bits | a >>> 16 >>> bits << 16;
    }

    /// Unsigned bytes of `a`, signed bytes of `b`.
    static int addProducts(int to, int a, int b) {
        int sum = to;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            sum += (a >>> shift & 0xFF) * (byte) (b >>> shift);
        }
        return sum;
    }

    private static int words(int low, int high) {
        return low & 0xFFFF | high << 16;
    }

    private static int bounded(int number, int least, int most) {
        return Math.max(least, Math.min(most, number));
    }

    static int addWords(int a, int b) {
        return words(a + b, (a >>> 16) + (b >>> 16));
    }

    /// The two products of signed words, added.
    static int multiplyWords(int a, int b) {
        return (short) a * (short) b + (a >> 16) * (b >> 16);
    }

    /// The products of unsigned bytes of `a` with signed bytes of `b`, each two added, and held
    /// within 16 bits.
    static int multiplyBytes(int a, int b) {
        return words(twoBytes(a, b), twoBytes(a >>> 16, b >>> 16));
    }

    private static int twoBytes(int a, int b) {
        int sum = (a & 0xFF) * (byte) b + (a >>> 8 & 0xFF) * (byte) (b >>> 8);
        return bounded(sum, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    /// Bytes of `a` with the signs of those of `b`.
    static int signBytes(int a, int b) {
        int result = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int sign = Integer.signum((byte) (b >>> shift));
            result |= (sign * (a >>> shift) & 0xFF) << shift;
        }
        return result;
    }

    /// Two lanes to half as many bits, unsigned, the nearest there is.
    ///
    /// @param parts that the result has: 2 of 32 bits' numbers, 4 of words
    static int packed(int low, int high, int parts) {
        if (parts == 2) {
            return words(bounded(low, 0, 0xFFFF), bounded(high, 0, 0xFFFF));
        }
        return bounded((short) low, 0, 0xFF)
                | bounded(low >> 16, 0, 0xFF) << 8
                | bounded((short) high, 0, 0xFF) << 16
                | bounded(high >> 16, 0, 0xFF) << 24;
    }
}
