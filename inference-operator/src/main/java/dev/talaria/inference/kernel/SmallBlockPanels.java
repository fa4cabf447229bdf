package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PanelDecoder.PANEL_ROWS;
import static dev.talaria.inference.kernel.PanelDecoder.PLANE_BYTES;
import static dev.talaria.inference.kernel.PanelDecoder.lowerScale;
import static dev.talaria.inference.kernel.PanelDecoder.scale;
import static dev.talaria.inference.kernel.PanelDecoder.upperScale;
import static dev.talaria.inference.kernel.PanelDecoder.word;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/// Decodes panels of the types with blocks of 32 that have a minimum or a fifth bit: what
/// [SmallBlockRows] says. Part of [PanelDecoder].
///
/// Scale times number is exact in float32, so the one rounding of a multiply-add is that of the
/// plain reading. Loops call nothing but the Vector API: the compiler stops inlining other methods
/// in a body as large as these, and a vector handed to one would be allocated.
final class SmallBlockPanels {

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LOW_NIBBLES = 0x0F0F0F0F;
    private static final int FIFTH_BITS = 0x10101010;

    // Bits 0 to 3 times this are four copies, seven bits apart: of the first bit 0 lies on bit 4,
    // of
    // the second bit 1 on bit 12, of the next ones bit 2 on bit 20 and bit 3 on bit 28.
    private static final int SPREAD = 1 << 4 | 1 << 11 | 1 << 18 | 1 << 25;

    private SmallBlockPanels() {}

    static void q41(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        for (int k = 0; k < count; k += 32) {
            long at = matrix.payloadOffset(panel, lane, (fromColumn + k) / 32);
            q41Block(matrix.words(), at, out, k * PANEL_ROWS + lane);
        }
    }

    // Words: d and m, then four of nibbles.
    private static void q41Block(MemorySegment words, long at, float[] out, int to) {
        IntVector head = word(words, at);
        FloatVector d = lowerScale(head);
        FloatVector m = upperScale(head);
        for (int j = 0; j < 4; j++) {
            IntVector word =
                    IntVector.fromMemorySegment(
                            INTS, words, at + (1 + j) * PLANE_BYTES, LITTLE_ENDIAN);
            int low = to + 4 * j * PANEL_ROWS;
            int high = low + 16 * PANEL_ROWS;
            d.fma(word.and(15).convert(I2F, 0), m).intoArray(out, low);
            d.fma(word.lanewise(LSHR, 4).and(15).convert(I2F, 0), m).intoArray(out, high);
            d.fma(word.lanewise(LSHR, 8).and(15).convert(I2F, 0), m)
                    .intoArray(out, low + PANEL_ROWS);
            d.fma(word.lanewise(LSHR, 12).and(15).convert(I2F, 0), m)
                    .intoArray(out, high + PANEL_ROWS);
            d.fma(word.lanewise(LSHR, 16).and(15).convert(I2F, 0), m)
                    .intoArray(out, low + 2 * PANEL_ROWS);
            d.fma(word.lanewise(LSHR, 20).and(15).convert(I2F, 0), m)
                    .intoArray(out, high + 2 * PANEL_ROWS);
            d.fma(word.lanewise(LSHR, 24).and(15).convert(I2F, 0), m)
                    .intoArray(out, low + 3 * PANEL_ROWS);
            d.fma(word.lanewise(LSHR, 28).convert(I2F, 0), m).intoArray(out, high + 3 * PANEL_ROWS);
        }
    }

    static void q50(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        for (int k = 0; k < count; k += 32) {
            int block = (fromColumn + k) / 32;
            long scaleAt = matrix.scaleOffset(panel, lane, block);
            long at = matrix.payloadOffset(panel, lane, block);
            q50Half(matrix.words(), scaleAt, at, 0, out, k * PANEL_ROWS + lane);
            q50Half(matrix.words(), scaleAt, at, 4, out, (k + 16) * PANEL_ROWS + lane);
        }
    }

    // Words: one of fifth bits, then four of nibbles: the low ones are the first half.
    private static void q50Half(
            MemorySegment words, long scaleAt, long at, int nibble, float[] out, int to) {
        FloatVector d = scale(words, scaleAt);
        FloatVector m = d.mul(-16f);
        IntVector bits = word(words, at).lanewise(LSHR, 4 * nibble);
        for (int j = 0; j < 4; j++) {
            IntVector word =
                    IntVector.fromMemorySegment(
                                    INTS, words, at + (1 + j) * PLANE_BYTES, LITTLE_ENDIAN)
                            .lanewise(LSHR, nibble)
                            .and(LOW_NIBBLES)
                            .or(bits.lanewise(LSHR, 4 * j).and(15).mul(SPREAD).and(FIFTH_BITS));
            int column = to + 4 * j * PANEL_ROWS;
            d.fma(word.and(0xFF).convert(I2F, 0), m).intoArray(out, column);
            d.fma(word.lanewise(LSHR, 8).and(0xFF).convert(I2F, 0), m)
                    .intoArray(out, column + PANEL_ROWS);
            d.fma(word.lanewise(LSHR, 16).and(0xFF).convert(I2F, 0), m)
                    .intoArray(out, column + 2 * PANEL_ROWS);
            d.fma(word.lanewise(LSHR, 24).convert(I2F, 0), m)
                    .intoArray(out, column + 3 * PANEL_ROWS);
        }
    }

    static void q51(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        for (int k = 0; k < count; k += 32) {
            long at = matrix.payloadOffset(panel, lane, (fromColumn + k) / 32);
            q51Half(matrix.words(), at, 0, out, k * PANEL_ROWS + lane);
            q51Half(matrix.words(), at, 4, out, (k + 16) * PANEL_ROWS + lane);
        }
    }

    // Words: d and m, one of fifth bits, then four of nibbles: the low ones are the first half.
    private static void q51Half(MemorySegment words, long at, int nibble, float[] out, int to) {
        IntVector head = word(words, at);
        FloatVector d = lowerScale(head);
        FloatVector m = upperScale(head);
        IntVector bits = word(words, at + PLANE_BYTES).lanewise(LSHR, 4 * nibble);
        for (int j = 0; j < 4; j++) {
            IntVector word =
                    IntVector.fromMemorySegment(
                                    INTS, words, at + (2 + j) * PLANE_BYTES, LITTLE_ENDIAN)
                            .lanewise(LSHR, nibble)
                            .and(LOW_NIBBLES)
                            .or(bits.lanewise(LSHR, 4 * j).and(15).mul(SPREAD).and(FIFTH_BITS));
            int column = to + 4 * j * PANEL_ROWS;
            d.fma(word.and(0xFF).convert(I2F, 0), m).intoArray(out, column);
            d.fma(word.lanewise(LSHR, 8).and(0xFF).convert(I2F, 0), m)
                    .intoArray(out, column + PANEL_ROWS);
            d.fma(word.lanewise(LSHR, 16).and(0xFF).convert(I2F, 0), m)
                    .intoArray(out, column + 2 * PANEL_ROWS);
            d.fma(word.lanewise(LSHR, 24).convert(I2F, 0), m)
                    .intoArray(out, column + 3 * PANEL_ROWS);
        }
    }
}
