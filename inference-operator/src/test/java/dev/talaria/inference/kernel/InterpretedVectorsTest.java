package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.x86.Interpreter;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The interpreter against this processor on whole kernels: rounding of rows and their products in
/// vector registers, which it is not written for.
class InterpretedVectorsTest {

    private static final int ROWS = ByteRows.TILE_ROWS;

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"Q4_0", "Q8_0", "Q4_K", "Q6_K", "Q2_K"})
    void roundingAndProductsAreThoseOfThisProcessor(TensorType type) throws Exception {
        NativePlatform platform = NativePlatform.ofThisMachine();
        assumeTrue(
                platform.features().missing(VnniKernels.FEATURES).isEmpty(),
                "this processor has no AVX-512 with VNNI");
        long seed = System.nanoTime();
        VnniKernels vnni = platform.vnni();
        int columns = 512;
        int outputs = 45;
        Tensor weights = new RandomTensors(seed).plausible(type, columns, outputs);
        float[] x = new RandomTensors(seed + 1).activations(ROWS * columns);
        try (Arena arena = Arena.ofShared();
                WorkerTeam team = new WorkerTeam(1)) {
            ByteMatrix matrix = (ByteMatrix) vnni.prepare(weights, arena, team);
            float[] packed = new float[vnni.packedLength(ROWS, columns)];
            float[] out = new float[ROWS * outputs];
            vnni.pack(Phase.DECODE, x, 0, ROWS, columns, packed);
            float[] scratch = new float[vnni.scratchLength()];
            vnni.multiply(Phase.DECODE, matrix, packed, ROWS, out, 0, 0, 2, scratch);

            int bytes = Math.toIntExact(new ByteRows(ROWS, columns).bytes());
            MemorySegment rows = arena.allocate(bytes, 64);
            round(x, rows, columns, matrix.form());
            byte[] expected =
                    MemorySegment.ofArray(packed)
                            .asSlice(
                                    new VectorKernels().packedLength(ROWS, columns) * 4L,
                                    numberBytes(columns, bytes, matrix))
                            .toArray(ValueLayout.JAVA_BYTE);
            assertThat(rows.asSlice(0, expected.length).toArray(ValueLayout.JAVA_BYTE))
                    .as("rounded rows, seed %d", seed)
                    .isEqualTo(expected);
            assertThat(multiply(matrix, rows, outputs))
                    .as("products, seed %d", seed)
                    .isEqualTo(out);
        }
    }

    // Further sums are only there where some matrix wants them.
    private static long numberBytes(int columns, int bytes, ByteMatrix matrix) {
        boolean hasFurther = matrix.form().hasMinimums() || matrix.form().groups() > 1;
        return hasFurther ? bytes : new ByteRows(ROWS, columns).tile(ROWS);
    }

    private static void round(float[] x, MemorySegment rows, int columns, ByteForm form) {
        ByteRows places = new ByteRows(ROWS, columns);
        boolean withSums = form.hasMinimums() || form.groups() > 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment given = arena.allocate(x.length * 4L, 64);
            MemorySegment.copy(x, 0, given, ValueLayout.JAVA_FLOAT, 0, x.length);
            Interpreter interpreter = new Interpreter(RoundingCode.of(withSums), x.length);
            interpreter.allow(given.asReadOnly());
            interpreter.allow(rows);
            for (int row = 0; row < ROWS; row++) {
                long kinds = row * 4L;
                interpreter.call(
                        given.address(),
                        row * columns * 4L,
                        rows.address(),
                        row * 32L,
                        ROWS * 32L + kinds,
                        places.blocks(),
                        (long) ROWS * ByteRows.BLOCK_BYTES,
                        ROWS * 4L,
                        places.sums(0) + kinds,
                        (long) ROWS * ByteRows.SUMS_BYTES);
            }
        }
    }

    private static float[] multiply(ByteMatrix matrix, MemorySegment rows, int outputs) {
        ByteRows places = new ByteRows(ROWS, matrix.columns());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ROWS * outputs * 4L, 64);
            Interpreter interpreter =
                    new Interpreter(ByteProductCode.of(matrix.form(), ROWS), outputs);
            interpreter.allow(matrix.panelMemory().asReadOnly());
            interpreter.allow(rows.asReadOnly());
            interpreter.allow(out);
            interpreter.call(
                    matrix.panelMemory().address(),
                    0,
                    rows.address(),
                    0,
                    places.sums(0),
                    out.address(),
                    0,
                    outputs * 4L,
                    matrix.blocks(),
                    1,
                    2,
                    (1L << outputs - ByteMatrix.PANEL_ROWS) - 1);
            return out.toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
