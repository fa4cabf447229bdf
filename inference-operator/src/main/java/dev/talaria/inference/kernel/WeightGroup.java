package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.RowDecoder.signed;
import static dev.talaria.inference.kernel.RowDecoder.unsigned;

import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Numbers, scales and minimums of the groups of a stored block, as [ByteForm] wants them.
final class WeightGroup {

    private static final ValueLayout.OfLong EIGHT_BYTES =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long SIGNS = 0x8080808080808080L;
    private static final int SIGN_OF_HALF = 0x8000;

    private WeightGroup() {}

    /// The numbers of eight columns of a block, one a byte, the first one lowest.
    ///
    /// @param at where the block begins
    /// @param column a multiple of 8
    static long eightNumbers(TensorType type, MemorySegment row, long at, int column) {
        return switch (type) {
            case Q8_0 -> row.get(EIGHT_BYTES, at + 2 + column) ^ SIGNS;
            case Q3_K -> {
                long high = row.get(EIGHT_BYTES, at + column % 32) >>> column / 32;
                long low =
                        row.get(EIGHT_BYTES, at + 32 + column / 128 * 32L + column % 32)
                                >>> column % 128 / 32 * 2;
                yield low & 0x0303030303030303L | (high & 0x0101010101010101L) << 2;
            }
            case IQ4_NL -> looked(row, at + 2, column);
            case Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q4_K, Q5_K, Q6_K ->
                    StoredNumbers.eight(type, row, at, column);
            case F32, F16, BF16, IQ4_XS ->
                    throw new IllegalArgumentException(type + " is not multiplied as bytes");
        };
    }

    private static long looked(MemorySegment row, long at, int column) {
        long eight = 0;
        for (int i = 7; i >= 0; i--) {
            int place = SmallBlockRows.nibble(row, at, column + i);
            eight = eight << Byte.SIZE | NonlinearTable.value(place) & 0xFF;
        }
        return eight ^ SIGNS;
    }

    /// The half that a block's numbers are multiplied with, or the scales of its groups.
    static short scale(TensorType type, MemorySegment row, long at) {
        return switch (type) {
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, IQ4_NL, Q4_K, Q5_K -> half(row, at);
            case Q2_K -> half(row, at + 80);
            case Q3_K -> half(row, at + 108);
            case Q6_K -> half(row, at + 208);
            case F32, F16, BF16, IQ4_XS ->
                    throw new IllegalArgumentException(type + " is not multiplied as bytes");
        };
    }

    /// The half that is added to the products, or that the minimums of groups are multiplied with.
    static short minimum(TensorType type, MemorySegment row, long at) {
        return switch (type) {
            case Q4_1, Q5_1 -> half(row, at + 2);
            case Q2_K -> negative(half(row, at + 82));
            case Q4_K, Q5_K -> negative(half(row, at + 2));
            case F32, F16, BF16, Q4_0, Q5_0, Q8_0, Q3_K, Q6_K, IQ4_NL, IQ4_XS ->
                    throw new IllegalArgumentException(type + " has no minimums");
        };
    }

    /// A group's scale, where it is a whole number.
    static byte scaleNumber(TensorType type, MemorySegment row, long at, int group) {
        int number =
                switch (type) {
                    case Q2_K -> unsigned(row, at + group) & 15;
                    case Q3_K -> KQuantRows.q3kScale(row, at + 96, group) - 32;
                    case Q4_K, Q5_K -> KQuantRows.sixBitScale(row, at + 4, group);
                    case Q6_K -> signed(row, at + 192 + group);
                    case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, IQ4_NL, IQ4_XS ->
                            throw new IllegalArgumentException(type + " has halves for scales");
                };
        return (byte) number;
    }

    /// A group's minimum, where it is a whole number.
    static byte minimumNumber(TensorType type, MemorySegment row, long at, int group) {
        int number =
                switch (type) {
                    case Q2_K -> unsigned(row, at + group) >> 4;
                    case Q4_K, Q5_K -> KQuantRows.sixBitMinimum(row, at + 4, group);
                    case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q3_K, Q6_K, IQ4_NL, IQ4_XS ->
                            throw new IllegalArgumentException(type + " has no such minimums");
                };
        return (byte) number;
    }

    // NaN where it is not finite.
    private static short half(MemorySegment row, long at) {
        return Float.floatToFloat16(RowDecoder.scale(row, at));
    }

    private static short negative(short half) {
        return (short) (half ^ SIGN_OF_HALF);
    }
}
