package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

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

            ByteRows places = new ByteRows(ROWS, columns);
            InterpretedBytes interpreted =
                    new InterpretedBytes(ByteCodes.AVX512, matrix.form(), seed);
            byte[] expected =
                    MemorySegment.ofArray(packed)
                            .asSlice(
                                    new VectorKernels().packedLength(ROWS, columns) * 4L,
                                    numberBytes(places, matrix))
                            .toArray(ValueLayout.JAVA_BYTE);
            assertThat(Arrays.copyOf(interpreted.rounded(x, places), expected.length))
                    .as("rounded rows, seed %d", seed)
                    .isEqualTo(expected);
            assertThat(interpreted.product(matrix, x, ROWS))
                    .as("products, seed %d", seed)
                    .isEqualTo(out);
        }
    }

    // Further sums are only there where some matrix wants them.
    private static long numberBytes(ByteRows places, ByteMatrix matrix) {
        boolean hasFurther = matrix.form().hasMinimums() || matrix.form().groups() > 1;
        return hasFurther ? places.bytes() : places.tile(ROWS);
    }
}
