package dev.talaria.inference.kernel;

import dev.talaria.inference.x86.Interpreter;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Code for matrices of whole numbers, run by the interpreter: what it makes on a processor that
/// this one need not be.
final class InterpretedBytes {

    private final ByteCodes codes;
    private final ByteForm form;
    private final long seed;

    /// @param seed of what registers hold that nobody has set
    InterpretedBytes(ByteCodes codes, ByteForm form, long seed) {
        this.codes = codes;
        this.form = form;
        this.seed = seed;
    }

    /// Rows as they are rounded and laid down.
    ///
    /// @param x of all rows
    byte[] rounded(float[] x, ByteRows rows) {
        boolean withSums = form.hasMinimums() || form.groups() > 1;
        Interpreter interpreter = new Interpreter(codes.rounding(withSums), seed);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment given = arena.allocate(x.length * 4L, 64);
            MemorySegment.copy(x, 0, given, ValueLayout.JAVA_FLOAT, 0, x.length);
            MemorySegment packed = arena.allocate(rows.bytes(), 64);
            interpreter.allow(given.asReadOnly());
            interpreter.allow(packed);
            for (int row = 0; row < rows.rows(); row++) {
                int first = rows.firstRow(row);
                int height = rows.heightAt(row);
                long kinds = (row - first) * 4L;
                interpreter.call(
                        given.address(),
                        4L * row * rows.columns(),
                        packed.address(),
                        rows.tile(first) + (row - first) * 32L,
                        rows.tile(first) + height * 32L + kinds,
                        rows.blocks(),
                        (long) height * ByteRows.BLOCK_BYTES,
                        height * 4L,
                        rows.sums(first) + kinds,
                        (long) height * ByteRows.SUMS_BYTES);
            }
            return packed.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /// `x * matrixᵀ`, in tiles that get at weights as [ByteProduct] has several rows do.
    float[] product(ByteMatrix matrix, float[] x, int rows) {
        WeightReading reading = WeightReading.of(new ByteRows(rows, matrix.columns()));
        return product(reading, matrix, x, rows);
    }

    /// `x * matrixᵀ`, in tiles.
    ///
    /// @param reading panel after panel
    float[] product(WeightReading reading, ByteMatrix matrix, float[] x, int rows) {
        ByteRows places = new ByteRows(rows, matrix.columns());
        byte[] rounded = rounded(x, places);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packed = arena.allocate(rounded.length, 64);
            MemorySegment.copy(rounded, 0, packed, ValueLayout.JAVA_BYTE, 0, rounded.length);
            MemorySegment out = arena.allocate(4L * rows * matrix.rows(), 64);
            for (int row = 0; row < rows; row += places.heightAt(row)) {
                Interpreter interpreter =
                        new Interpreter(codes.product(form, places.heightAt(row), reading), seed);
                interpreter.allow(matrix.panelMemory().asReadOnly());
                interpreter.allow(packed.asReadOnly());
                interpreter.allow(out);
                interpreter.call(
                        matrix.panelMemory().address(),
                        0,
                        packed.address(),
                        places.tile(row),
                        places.sums(row),
                        out.address(),
                        4L * row * matrix.rows(),
                        matrix.rows() * 4L,
                        matrix.blocks(),
                        1,
                        matrix.panels(),
                        matrix.outputs(matrix.panels() - 1),
                        0,
                        1);
            }
            return out.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    /// As [#product] of one row, panels in whole groups.
    float[] rowProduct(ByteMatrix matrix, float[] x) {
        ByteRows places = new ByteRows(1, matrix.columns());
        byte[] rounded = rounded(x, places);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packed = arena.allocate(rounded.length, 64);
            MemorySegment.copy(rounded, 0, packed, ValueLayout.JAVA_BYTE, 0, rounded.length);
            MemorySegment out = arena.allocate(matrix.rows() * 4L, 64);
            Interpreter interpreter =
                    new Interpreter(codes.product(form, 1, WeightReading.SIDE_BY_SIDE), seed);
            interpreter.allow(matrix.panelMemory().asReadOnly());
            interpreter.allow(packed.asReadOnly());
            interpreter.allow(out);
            interpreter.call(
                    matrix.panelMemory().address(),
                    0,
                    packed.address(),
                    0,
                    places.sums(0),
                    out.address(),
                    0,
                    0,
                    matrix.blocks(),
                    matrix.panelBytes(),
                    matrix.panels() / PanelStreams.PANELS,
                    matrix.outputs(matrix.panels() - 1));
            return out.toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
