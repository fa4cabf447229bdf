package dev.talaria.inference.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.Kernels.Phase;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.util.Arrays;

/// Tests beside this processor's own [VnniKernels]; skipped where it has none.
abstract class OnVnni {

    /// A number no product yields.
    static final float UNTOUCHED = Float.intBitsToFloat(0x7FC0_1234);

    static VnniKernels vnni;
    static WorkerTeam team;

    @BeforeAll
    static void start() throws Exception {
        NativePlatform platform = NativePlatform.ofThisMachine();
        assumeTrue(
                platform.features().missing(VnniKernels.FEATURES).isEmpty(),
                "this processor has no AVX-512 with VNNI");
        vnni = platform.vnni();
        team = new WorkerTeam(2);
    }

    @AfterAll
    static void end() {
        if (team != null) {
            team.close();
        }
    }

    /// A product behind two rows that are another's, packed in two parts; all memory is full of
    /// rubbish.
    static float[] product(
            Kernels kernels,
            Phase phase,
            WeightMatrix matrix,
            float[] x,
            int rows,
            int from,
            int to) {
        int columns = matrix.columns();
        float[] packed = new float[kernels.packedLength(rows, columns)];
        float[] scratch = new float[kernels.scratchLength()];
        float[] out = new float[(2 + rows) * matrix.rows()];
        Arrays.fill(packed, Float.NaN);
        Arrays.fill(scratch, Float.NaN);
        Arrays.fill(out, UNTOUCHED);
        int half = rows / 2;
        kernels.pack(phase, x, 0, rows, columns, half, rows, packed);
        kernels.pack(phase, x, 0, rows, columns, 0, half, packed);
        kernels.multiply(phase, matrix, packed, rows, out, 2, from, to, scratch);
        return out;
    }
}
