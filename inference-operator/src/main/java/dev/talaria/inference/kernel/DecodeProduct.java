package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.PackedRows.BLOCK;
import static dev.talaria.inference.kernel.PackedRows.GROUP_DEPTH;
import static dev.talaria.inference.kernel.PackedRows.GROUP_ROWS;

import dev.talaria.inference.tensor.TensorType;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/// A few rows times panels of weights that have a scale for every 32 columns: the steps in which
/// sequences write.
///
/// The sum of 32 columns is that of the stored numbers times the activations; it is multiplied by
/// the scale as it joins the row's sum. Where a stored number other than 0 stands for zero, minus
/// this number times the sum of the activations, times the scale, joins it before. So a weight
/// costs a multiplication and a subtraction less than in a [PrefillProduct], and a single row,
/// which has nobody to share the cost of decoding with, comes close to what memory gives. One or
/// two rows are multiplied straight from the packed words; more in groups of four and of three over
/// decoded ones, two strips at a time. The order of the sums is the same.
final class DecodeProduct {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    /// Outputs of two strips.
    private static final int PAIR = 2 * LANES;

    // Scratch memory: the decoded numbers, the scales of their blocks, the sums row by row.
    private static final int SCALES = GROUP_DEPTH * PAIR;
    private static final int SUMS = SCALES + GROUP_DEPTH / BLOCK * PAIR;

    private DecodeProduct() {}

    static int scratchLength() {
        return SUMS + PackedRows.groupedRows(Kernels.MAX_ROWS) * PAIR;
    }

    /// Whether there is a scale for every 32 columns and nothing else.
    static boolean takes(PanelMatrix matrix) {
        return switch (matrix.type()) {
            case Q8_0, Q4_0 -> true;
            case F32, F16, BF16, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS ->
                    false;
        };
    }

    static void multiply(
            PanelMatrix matrix,
            float[] packed,
            int rows,
            float[] out,
            int fromRow,
            int fromPanel,
            int toPanel,
            float[] scratch) {
        if (PackedRows.isFew(rows)) {
            RowProduct.multiply(matrix, packed, rows, out, fromRow, fromPanel, toPanel, scratch);
            return;
        }
        int toStrip = toPanel * PanelMatrix.STRIPS;
        for (int strip = fromPanel * PanelMatrix.STRIPS; strip < toStrip; strip += 2) {
            int strips = Math.min(2, toStrip - strip);
            multiplyStrips(matrix, strip, strips, packed, rows, scratch);
            emit(matrix, strip, strips, rows, scratch, out, fromRow);
        }
    }

    // Where there is no second strip, what the scratch memory holds is multiplied for nobody.
    private static void multiplyStrips(
            PanelMatrix matrix, int strip, int strips, float[] packed, int rows, float[] scratch) {
        int columns = matrix.columns();
        int inFours = PackedRows.fullGroups(rows) * GROUP_ROWS;
        int blocks = Math.ceilDiv(columns, BLOCK);
        float zero = zero(matrix);
        Arrays.fill(scratch, SUMS, sums(PackedRows.groupedRows(rows)), 0f);
        for (int from = 0; from < columns; from += GROUP_DEPTH) {
            int depth = Math.min(GROUP_DEPTH, columns - from);
            decode(matrix, strip, strips, from, depth, scratch);
            for (int row = 0; row < inFours; row += GROUP_ROWS) {
                int x = PackedRows.group(rows, columns, from, depth, row);
                int blockSums = PackedRows.sums(rows, columns, row) + from / BLOCK;
                four(packed, x, depth, blockSums, blocks, zero, scratch, sums(row));
            }
            for (int row = inFours; row < rows; row += 3) {
                int x = PackedRows.group(rows, columns, from, depth, row);
                int blockSums = PackedRows.sums(rows, columns, row) + from / BLOCK;
                three(packed, x, depth, blockSums, blocks, zero, scratch, sums(row));
            }
        }
    }

    private static int sums(int row) {
        return SUMS + row * PAIR;
    }

    private static void decode(
            PanelMatrix matrix, int strip, int strips, int from, int depth, float[] scratch) {
        for (int i = 0; i < strips; i++) {
            int lane = i * LANES;
            PanelDecoder.decodeNumbers(matrix, strip + i, from, depth, scratch, lane, PAIR);
            PanelDecoder.decodeScales(matrix, strip + i, from, depth, scratch, SCALES + lane, PAIR);
        }
    }

    private static void emit(
            PanelMatrix matrix,
            int strip,
            int strips,
            int rows,
            float[] scratch,
            float[] out,
            int fromRow) {
        int width = matrix.rows();
        int output = strip * LANES;
        int room = Math.min(strips * LANES, width - output);
        for (int row = 0; row < rows && room > 0; row++) {
            System.arraycopy(scratch, sums(row), out, (fromRow + row) * width + output, room);
        }
    }

    /// The stored number that stands for zero.
    private static float zero(PanelMatrix matrix) {
        return matrix.type() == TensorType.Q4_0 ? RowProduct.Q4_ZERO : 0f;
    }

    /// Four rows by two strips, two columns a round: 8 sums keep two multiply-add units of latency
    /// 4 busy, and with the weights and activations of a column fit 16 registers. Two columns share
    /// what a round costs besides; three or more make the compiler spill.
    ///
    /// @param from where the group begins in `x`
    /// @param blockSums where the sums of its first row's blocks begin in `x`, those of the next
    ///   row `blocks` further on
    /// @param sums where the sums of its rows lie in the scratch memory
    private static void four(
            float[] x,
            int from,
            int depth,
            int blockSums,
            int blocks,
            float zero,
            float[] scratch,
            int sums) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s30 = FloatVector.zero(FLOATS);
        FloatVector s31 = FloatVector.zero(FLOATS);
        for (int k = 0; k < depth; k += 2) {
            int w = k * PAIR;
            int at = from + k * GROUP_ROWS;
            FloatVector w00 = FloatVector.fromArray(FLOATS, scratch, w);
            FloatVector w01 = FloatVector.fromArray(FLOATS, scratch, w + LANES);
            FloatVector x00 = FloatVector.broadcast(FLOATS, x[at]);
            s00 = x00.fma(w00, s00);
            s01 = x00.fma(w01, s01);
            FloatVector x01 = FloatVector.broadcast(FLOATS, x[at + 1]);
            s10 = x01.fma(w00, s10);
            s11 = x01.fma(w01, s11);
            FloatVector x02 = FloatVector.broadcast(FLOATS, x[at + 2]);
            s20 = x02.fma(w00, s20);
            s21 = x02.fma(w01, s21);
            FloatVector x03 = FloatVector.broadcast(FLOATS, x[at + 3]);
            s30 = x03.fma(w00, s30);
            s31 = x03.fma(w01, s31);
            FloatVector w10 = FloatVector.fromArray(FLOATS, scratch, w + PAIR);
            FloatVector w11 = FloatVector.fromArray(FLOATS, scratch, w + PAIR + LANES);
            FloatVector x10 = FloatVector.broadcast(FLOATS, x[at + 4]);
            s00 = x10.fma(w10, s00);
            s01 = x10.fma(w11, s01);
            FloatVector x11 = FloatVector.broadcast(FLOATS, x[at + 5]);
            s10 = x11.fma(w10, s10);
            s11 = x11.fma(w11, s11);
            FloatVector x12 = FloatVector.broadcast(FLOATS, x[at + 6]);
            s20 = x12.fma(w10, s20);
            s21 = x12.fma(w11, s21);
            FloatVector x13 = FloatVector.broadcast(FLOATS, x[at + 7]);
            s30 = x13.fma(w10, s30);
            s31 = x13.fma(w11, s31);
            if (k % BLOCK == BLOCK - 2) {
                int d = SCALES + k / BLOCK * PAIR;
                int b = blockSums + k / BLOCK;
                FloatVector d0 = FloatVector.fromArray(FLOATS, scratch, d);
                FloatVector d1 = FloatVector.fromArray(FLOATS, scratch, d + LANES);
                FloatVector b0 = FloatVector.broadcast(FLOATS, -zero * x[b]);
                d0.fma(s00, d0.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums)))
                        .intoArray(scratch, sums);
                s00 = FloatVector.zero(FLOATS);
                d1.fma(s01, d1.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums + LANES)))
                        .intoArray(scratch, sums + LANES);
                s01 = FloatVector.zero(FLOATS);
                FloatVector b1 = FloatVector.broadcast(FLOATS, -zero * x[b + blocks]);
                d0.fma(s10, d0.fma(b1, FloatVector.fromArray(FLOATS, scratch, sums + PAIR)))
                        .intoArray(scratch, sums + PAIR);
                s10 = FloatVector.zero(FLOATS);
                d1.fma(s11, d1.fma(b1, FloatVector.fromArray(FLOATS, scratch, sums + PAIR + LANES)))
                        .intoArray(scratch, sums + PAIR + LANES);
                s11 = FloatVector.zero(FLOATS);
                FloatVector b2 = FloatVector.broadcast(FLOATS, -zero * x[b + 2 * blocks]);
                d0.fma(s20, d0.fma(b2, FloatVector.fromArray(FLOATS, scratch, sums + 2 * PAIR)))
                        .intoArray(scratch, sums + 2 * PAIR);
                s20 = FloatVector.zero(FLOATS);
                d1.fma(
                                s21,
                                d1.fma(
                                        b2,
                                        FloatVector.fromArray(
                                                FLOATS, scratch, sums + 2 * PAIR + LANES)))
                        .intoArray(scratch, sums + 2 * PAIR + LANES);
                s21 = FloatVector.zero(FLOATS);
                FloatVector b3 = FloatVector.broadcast(FLOATS, -zero * x[b + 3 * blocks]);
                d0.fma(s30, d0.fma(b3, FloatVector.fromArray(FLOATS, scratch, sums + 3 * PAIR)))
                        .intoArray(scratch, sums + 3 * PAIR);
                s30 = FloatVector.zero(FLOATS);
                d1.fma(
                                s31,
                                d1.fma(
                                        b3,
                                        FloatVector.fromArray(
                                                FLOATS, scratch, sums + 3 * PAIR + LANES)))
                        .intoArray(scratch, sums + 3 * PAIR + LANES);
                s31 = FloatVector.zero(FLOATS);
            }
        }
    }

    /// Three rows by two strips: what groups of four leave over.
    private static void three(
            float[] x,
            int from,
            int depth,
            int blockSums,
            int blocks,
            float zero,
            float[] scratch,
            int sums) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        for (int k = 0; k < depth; k += 2) {
            int w = k * PAIR;
            int at = from + k * 3;
            FloatVector w00 = FloatVector.fromArray(FLOATS, scratch, w);
            FloatVector w01 = FloatVector.fromArray(FLOATS, scratch, w + LANES);
            FloatVector x00 = FloatVector.broadcast(FLOATS, x[at]);
            s00 = x00.fma(w00, s00);
            s01 = x00.fma(w01, s01);
            FloatVector x01 = FloatVector.broadcast(FLOATS, x[at + 1]);
            s10 = x01.fma(w00, s10);
            s11 = x01.fma(w01, s11);
            FloatVector x02 = FloatVector.broadcast(FLOATS, x[at + 2]);
            s20 = x02.fma(w00, s20);
            s21 = x02.fma(w01, s21);
            FloatVector w10 = FloatVector.fromArray(FLOATS, scratch, w + PAIR);
            FloatVector w11 = FloatVector.fromArray(FLOATS, scratch, w + PAIR + LANES);
            FloatVector x10 = FloatVector.broadcast(FLOATS, x[at + 3]);
            s00 = x10.fma(w10, s00);
            s01 = x10.fma(w11, s01);
            FloatVector x11 = FloatVector.broadcast(FLOATS, x[at + 4]);
            s10 = x11.fma(w10, s10);
            s11 = x11.fma(w11, s11);
            FloatVector x12 = FloatVector.broadcast(FLOATS, x[at + 5]);
            s20 = x12.fma(w10, s20);
            s21 = x12.fma(w11, s21);
            if (k % BLOCK == BLOCK - 2) {
                int d = SCALES + k / BLOCK * PAIR;
                int b = blockSums + k / BLOCK;
                FloatVector d0 = FloatVector.fromArray(FLOATS, scratch, d);
                FloatVector d1 = FloatVector.fromArray(FLOATS, scratch, d + LANES);
                FloatVector b0 = FloatVector.broadcast(FLOATS, -zero * x[b]);
                d0.fma(s00, d0.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums)))
                        .intoArray(scratch, sums);
                s00 = FloatVector.zero(FLOATS);
                d1.fma(s01, d1.fma(b0, FloatVector.fromArray(FLOATS, scratch, sums + LANES)))
                        .intoArray(scratch, sums + LANES);
                s01 = FloatVector.zero(FLOATS);
                FloatVector b1 = FloatVector.broadcast(FLOATS, -zero * x[b + blocks]);
                d0.fma(s10, d0.fma(b1, FloatVector.fromArray(FLOATS, scratch, sums + PAIR)))
                        .intoArray(scratch, sums + PAIR);
                s10 = FloatVector.zero(FLOATS);
                d1.fma(s11, d1.fma(b1, FloatVector.fromArray(FLOATS, scratch, sums + PAIR + LANES)))
                        .intoArray(scratch, sums + PAIR + LANES);
                s11 = FloatVector.zero(FLOATS);
                FloatVector b2 = FloatVector.broadcast(FLOATS, -zero * x[b + 2 * blocks]);
                d0.fma(s20, d0.fma(b2, FloatVector.fromArray(FLOATS, scratch, sums + 2 * PAIR)))
                        .intoArray(scratch, sums + 2 * PAIR);
                s20 = FloatVector.zero(FLOATS);
                d1.fma(
                                s21,
                                d1.fma(
                                        b2,
                                        FloatVector.fromArray(
                                                FLOATS, scratch, sums + 2 * PAIR + LANES)))
                        .intoArray(scratch, sums + 2 * PAIR + LANES);
                s21 = FloatVector.zero(FLOATS);
            }
        }
    }
}
