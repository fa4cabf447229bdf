package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PanelDecoder.PANEL_ROWS;
import static dev.talaria.inference.kernel.PanelDecoder.PLANE_BYTES;
import static dev.talaria.inference.kernel.PanelDecoder.lowerScale;
import static dev.talaria.inference.kernel.PanelDecoder.scale;
import static dev.talaria.inference.kernel.PanelDecoder.toFloat;
import static dev.talaria.inference.kernel.PanelDecoder.word;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/// Decodes panels of IQ4_NL and IQ4_XS: what [LookupRows] says. Part of [PanelDecoder].
///
/// The sixteen numbers of the table lie in one vector, or in parts in two or four narrower ones,
/// and a permutation looks up as many nibbles as there are lanes.
final class LookupPanels {

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = INTS.length();

    // The table as the bits of floats: its start, and how the parts at 4 and at 8 differ from it.
    // So a choice between parts is an AND and a XOR.
    private static final IntVector TABLE_0 = table(0);
    private static final IntVector TABLE_4 = table(4).lanewise(XOR, table(0));
    private static final IntVector TABLE_8 = table(8).lanewise(XOR, table(0));
    private static final IntVector TABLE_12 =
            table(12).lanewise(XOR, table(8)).lanewise(XOR, TABLE_4);

    private LookupPanels() {}

    private static IntVector table(int from) {
        int[] bits = new int[LANES];
        for (int i = 0; i < LANES; i++) {
            int place = (from + i) % NonlinearTable.SIZE;
            bits[i] = Float.floatToRawIntBits(NonlinearTable.value(place));
        }
        return IntVector.fromArray(INTS, bits, 0);
    }

    static void iq4nl(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        for (int k = 0; k < count; k += 32) {
            int block = (fromColumn + k) / 32;
            long scaleAt = matrix.scaleOffset(panel, lane, block);
            long at = matrix.payloadOffset(panel, lane, block);
            iq4nlBlock(matrix.words(), scaleAt, at, out, k * PANEL_ROWS + lane);
        }
    }

    // Of four words the low nibbles are the first 16 elements and the high ones the next. A loop of
    // one nibble a round is small enough for the compiler to inline the look-up, and to unroll.
    private static void iq4nlBlock(
            MemorySegment words, long scaleAt, long at, float[] out, int to) {
        FloatVector scale = scale(words, scaleAt);
        for (int i = 0; i < 32; i++) {
            IntVector word = word(words, at + i % 16 / 4 * PLANE_BYTES);
            int shift = i % 4 * 8 + i / 16 * 4;
            value(word.lanewise(LSHR, shift)).mul(scale).intoArray(out, to + i * PANEL_ROWS);
        }
    }

    static void iq4xs(
            PanelMatrix matrix, int panel, int fromColumn, int count, float[] out, int lane) {
        for (int k = 0; k < count; k += 256) {
            long at = matrix.payloadOffset(panel, lane, (fromColumn + k) / 256);
            for (int group = 0; group < 8; group++) {
                iq4xsGroup(matrix.words(), at, group, out, (k + 32 * group) * PANEL_ROWS + lane);
            }
        }
    }

    // Words: d and the scales' upper bits, their lower bits, 32 of nibbles.
    private static void iq4xsGroup(MemorySegment words, long at, int group, float[] out, int to) {
        IntVector head = word(words, at);
        IntVector four = word(words, at + PLANE_BYTES).lanewise(LSHR, 4 * group).and(15);
        IntVector two = head.lanewise(LSHR, 16 + 2 * group).and(3).lanewise(LSHL, 4);
        FloatVector scale = lowerScale(head).mul(toFloat(two.or(four).sub(32)));
        long nibbles = at + (2 + 4 * group) * PLANE_BYTES;
        for (int i = 0; i < 32; i++) {
            IntVector word = word(words, nibbles + i % 16 / 4 * PLANE_BYTES);
            int shift = i % 4 * 8 + i / 16 * 4;
            value(word.lanewise(LSHR, shift)).mul(scale).intoArray(out, to + i * PANEL_ROWS);
        }
    }

    // The table's numbers at the places in the low nibbles, whose upper bits a permutation ignores.
    private static FloatVector value(IntVector word) {
        return bits(word).reinterpretAsFloats();
    }

    private static IntVector bits(IntVector word) {
        return LANES >= 16 ? word.selectFrom(TABLE_0) : LANES == 8 ? ofEight(word) : ofFour(word);
    }

    private static IntVector ofEight(IntVector word) {
        return word.selectFrom(TABLE_8).and(ones(word, 28)).lanewise(XOR, word.selectFrom(TABLE_0));
    }

    private static IntVector ofFour(IntVector word) {
        IntVector first = word.selectFrom(TABLE_4).and(ones(word, 29));
        IntVector second = word.selectFrom(TABLE_12).and(ones(word, 29));
        IntVector upper = second.lanewise(XOR, word.selectFrom(TABLE_8)).and(ones(word, 28));
        return first.lanewise(XOR, upper).lanewise(XOR, word.selectFrom(TABLE_0));
    }

    // All ones where the bit is set that so many places bring to the top.
    private static IntVector ones(IntVector word, int places) {
        return word.lanewise(LSHL, places).lanewise(ASHR, 31);
    }
}
