package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PanelDecoder.PANEL_ROWS;
import static dev.talaria.inference.kernel.PanelDecoder.PLANE_BYTES;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/// Decodes panels of the types with [NumberPlaces]. Part of [PanelDecoder].
///
/// Loops call nothing but the Vector API: the compiler stops inlining other methods in a body as
/// large as these, and a vector handed to one would be allocated.
final class PlacedPanels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

    private PlacedPanels() {}

    /// The weights.
    static void weights(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        int step = matrix.places().orElseThrow().groupColumns() * PANEL_ROWS;
        long strip = matrix.scaleOffset(panel, lane, 0);
        GroupScales.decode(matrix, strip, fromColumn, count, out, lane, lane + PANEL_ROWS, step);
        decode(matrix, strip, fromColumn, count, out, lane);
    }

    /// The numbers as they are stored.
    static void numbers(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        NumberPlaces places = matrix.places().orElseThrow();
        if (places == NumberPlaces.FOUR) {
            plainNibbles(matrix, matrix.scaleOffset(panel, lane, 0), fromColumn, count, out, lane);
            return;
        }
        for (int k = 0; k < count; k += places.groupColumns()) {
            int to = k * PANEL_ROWS + lane;
            FloatVector.broadcast(FLOATS, 1f).intoArray(out, to);
            FloatVector.zero(FLOATS).intoArray(out, to + PANEL_ROWS);
        }
        decode(matrix, matrix.scaleOffset(panel, lane, 0), fromColumn, count, out, lane);
    }

    // Scale and minimum of a group wait where its first two columns will be: a vector that is
    // handed to a method which is not inlined would be allocated.
    private static void decode(
            PanelMatrix matrix, long strip, int fromColumn, int count, float[] out, int lane) {
        MemorySegment words = matrix.words();
        NumberPlaces places = matrix.places().orElseThrow();
        for (int k = 0; k < count; k += places.groupColumns()) {
            int to = k * PANEL_ROWS + lane;
            long at = matrix.groupOffset(strip, places, fromColumn + k);
            switch (places) {
                case TWO -> words(words, at, 1, 2, out, to);
                case FOUR -> nibbles(words, at, out, to);
                case FIVE -> {
                    lastTwo(words, at, out, to);
                    words(words, at, 5, 5, out, to);
                }
                case SIX -> {
                    sixteenth(words, at, out, to);
                    words(words, at, 3, 6, out, to);
                }
            }
        }
    }

    // Without the multiply-add by one and zero that the other widths have: a batch of Q4_0 notices.
    private static void plainNibbles(
            PanelMatrix matrix, long strip, int fromColumn, int count, float[] out, int lane) {
        MemorySegment words = matrix.words();
        for (int k = 0; k < count; k += 8) {
            long group = matrix.groupOffset(strip, NumberPlaces.FOUR, fromColumn + k);
            IntVector eight =
                    IntVector.fromMemorySegment(
                            INTS, words, group + k % 32 / 8 * PLANE_BYTES, LITTLE_ENDIAN);
            int to = k * PANEL_ROWS + lane;
            ((FloatVector) eight.and(15).convert(I2F, 0)).intoArray(out, to);
            ((FloatVector) eight.lanewise(LSHR, 4).and(15).convert(I2F, 0))
                    .intoArray(out, to + PANEL_ROWS);
            ((FloatVector) eight.lanewise(LSHR, 8).and(15).convert(I2F, 0))
                    .intoArray(out, to + 2 * PANEL_ROWS);
            ((FloatVector) eight.lanewise(LSHR, 12).and(15).convert(I2F, 0))
                    .intoArray(out, to + 3 * PANEL_ROWS);
            ((FloatVector) eight.lanewise(LSHR, 16).and(15).convert(I2F, 0))
                    .intoArray(out, to + 4 * PANEL_ROWS);
            ((FloatVector) eight.lanewise(LSHR, 20).and(15).convert(I2F, 0))
                    .intoArray(out, to + 5 * PANEL_ROWS);
            ((FloatVector) eight.lanewise(LSHR, 24).and(15).convert(I2F, 0))
                    .intoArray(out, to + 6 * PANEL_ROWS);
            ((FloatVector) eight.lanewise(LSHR, 28).convert(I2F, 0))
                    .intoArray(out, to + 7 * PANEL_ROWS);
        }
    }

    private static void words(
            MemorySegment words, long at, int count, int bits, float[] out, int to) {
        FloatVector scale = FloatVector.fromArray(FLOATS, out, to);
        FloatVector minimum = FloatVector.fromArray(FLOATS, out, to + PANEL_ROWS);
        int mask = (1 << bits) - 1;
        int places = Integer.SIZE / bits;
        int column = to;
        for (int word = 0; word < count; word++) {
            IntVector rest =
                    IntVector.fromMemorySegment(
                            INTS, words, at + word * PLANE_BYTES, LITTLE_ENDIAN);
            for (int place = 0; place < places; place++) {
                scale.fma(rest.and(mask).convert(I2F, 0), minimum).intoArray(out, column);
                rest = rest.lanewise(LSHR, bits);
                column += PANEL_ROWS;
            }
        }
    }

    private static void nibbles(MemorySegment words, long at, float[] out, int to) {
        FloatVector scale = FloatVector.fromArray(FLOATS, out, to);
        FloatVector minimum = FloatVector.fromArray(FLOATS, out, to + PANEL_ROWS);
        for (int word = 0; word < 4; word++) {
            IntVector eight =
                    IntVector.fromMemorySegment(
                            INTS, words, at + word * PLANE_BYTES, LITTLE_ENDIAN);
            int column = to + 8 * word * PANEL_ROWS;
            scale.fma(eight.and(15).convert(I2F, 0), minimum).intoArray(out, column);
            scale.fma(eight.lanewise(LSHR, 4).and(15).convert(I2F, 0), minimum)
                    .intoArray(out, column + PANEL_ROWS);
            scale.fma(eight.lanewise(LSHR, 8).and(15).convert(I2F, 0), minimum)
                    .intoArray(out, column + 2 * PANEL_ROWS);
            scale.fma(eight.lanewise(LSHR, 12).and(15).convert(I2F, 0), minimum)
                    .intoArray(out, column + 3 * PANEL_ROWS);
            scale.fma(eight.lanewise(LSHR, 16).and(15).convert(I2F, 0), minimum)
                    .intoArray(out, column + 4 * PANEL_ROWS);
            scale.fma(eight.lanewise(LSHR, 20).and(15).convert(I2F, 0), minimum)
                    .intoArray(out, column + 5 * PANEL_ROWS);
            scale.fma(eight.lanewise(LSHR, 24).and(15).convert(I2F, 0), minimum)
                    .intoArray(out, column + 6 * PANEL_ROWS);
            scale.fma(eight.lanewise(LSHR, 28).convert(I2F, 0), minimum)
                    .intoArray(out, column + 7 * PANEL_ROWS);
        }
    }

    // The last number of a group of six bits: two of each word.
    private static void sixteenth(MemorySegment words, long at, float[] out, int to) {
        FloatVector scale = FloatVector.fromArray(FLOATS, out, to);
        FloatVector minimum = FloatVector.fromArray(FLOATS, out, to + PANEL_ROWS);
        IntVector number =
                IntVector.fromMemorySegment(INTS, words, at, LITTLE_ENDIAN).lanewise(LSHR, 30);
        for (int word = 1; word < 3; word++) {
            number =
                    IntVector.fromMemorySegment(INTS, words, at + word * PLANE_BYTES, LITTLE_ENDIAN)
                            .lanewise(LSHR, 30)
                            .lanewise(LSHL, 2 * word)
                            .or(number);
        }
        scale.fma(number.convert(I2F, 0), minimum).intoArray(out, to + 15 * PANEL_ROWS);
    }

    // The last two numbers of a group of five bits: two of each word.
    private static void lastTwo(MemorySegment words, long at, float[] out, int to) {
        FloatVector scale = FloatVector.fromArray(FLOATS, out, to);
        FloatVector minimum = FloatVector.fromArray(FLOATS, out, to + PANEL_ROWS);
        IntVector ten =
                IntVector.fromMemorySegment(INTS, words, at, LITTLE_ENDIAN).lanewise(LSHR, 30);
        for (int word = 1; word < 5; word++) {
            ten =
                    IntVector.fromMemorySegment(INTS, words, at + word * PLANE_BYTES, LITTLE_ENDIAN)
                            .lanewise(LSHR, 30)
                            .lanewise(LSHL, 2 * word)
                            .or(ten);
        }
        scale.fma(ten.and(31).convert(I2F, 0), minimum).intoArray(out, to + 30 * PANEL_ROWS);
        scale.fma(ten.lanewise(LSHR, 5).convert(I2F, 0), minimum)
                .intoArray(out, to + 31 * PANEL_ROWS);
    }
}
