package dev.talaria.inference.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The whole numbers of a block as they are stored, eight at a time: what [RowDecoder] scales.
final class StoredNumbers {

    private static final ValueLayout.OfLong EIGHT_BYTES =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final long NIBBLES = 0x0F0F0F0F0F0F0F0FL;
    private static final long BIT_PAIRS = 0x0303030303030303L;
    private static final long BITS = 0x0101010101010101L;

    private StoredNumbers() {}

    /// The numbers of eight columns of a block, one a byte, the first one lowest.
    ///
    /// @param at where the block begins
    /// @param column a multiple of 8
    static long eight(TensorType type, MemorySegment row, long at, int column) {
        return switch (type) {
            case Q4_0 -> nibbles(row, at + 2, column);
            case Q4_1 -> nibbles(row, at + 4, column);
            case Q5_0 -> nibbles(row, at + 6, column) | fifthBits(row, at + 2, column);
            case Q5_1 -> nibbles(row, at + 8, column) | fifthBits(row, at + 4, column);
            case Q2_K -> bitPairs(row, at + 16, column);
            case Q4_K -> pairedNibbles(row, at + 16, column);
            case Q5_K -> {
                long fifth = row.get(EIGHT_BYTES, at + 16 + column % 32) >>> column / 32 & BITS;
                yield pairedNibbles(row, at + 48, column) | fifth << 4;
            }
            case Q6_K -> {
                long low = row.get(EIGHT_BYTES, at + column / 128 * 64L + column % 64);
                long high = bitPairs(row, at + 128, column);
                yield low >>> column % 128 / 64 * 4 & NIBBLES | high << 4;
            }
            case F32, F16, BF16, Q8_0, Q3_K, IQ4_NL, IQ4_XS ->
                    throw new IllegalArgumentException(type + " has no numbers at places");
        };
    }

    // Of 16 bytes the low nibbles are the first 16 columns.
    private static long nibbles(MemorySegment row, long at, int column) {
        return row.get(EIGHT_BYTES, at + column % 16) >>> column / 16 * 4 & NIBBLES;
    }

    // Of every 32 bytes the low nibbles are the first 32 columns.
    private static long pairedNibbles(MemorySegment row, long at, int column) {
        long bytes = row.get(EIGHT_BYTES, at + column / 64 * 32L + column % 32);
        return bytes >>> column % 64 / 32 * 4 & NIBBLES;
    }

    private static long fifthBits(MemorySegment row, long at, int column) {
        long bits = row.get(ValueLayout.JAVA_BYTE, at + column / 8);
        return Long.expand(bits, BITS) << 4;
    }

    // Of every 128 columns the bytes 0 to 31 hold four, 32 apart, from the low bits up.
    private static long bitPairs(MemorySegment row, long at, int column) {
        long bytes = row.get(EIGHT_BYTES, at + column / 128 * 32L + column % 32);
        return bytes >>> column % 128 / 32 * 2 & BIT_PAIRS;
    }
}
