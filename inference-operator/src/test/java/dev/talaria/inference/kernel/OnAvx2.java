package dev.talaria.inference.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Tests of this processor's own [Avx2Kernels]; skipped where it has none.
abstract class OnAvx2 {

    static Avx2Kernels avx2;
    static WorkerTeam team;

    @BeforeAll
    static void start() throws Exception {
        NativePlatform platform = NativePlatform.ofThisMachine();
        assumeTrue(
                platform.features().missing(Avx2Kernels.FEATURES).isEmpty(),
                "this processor has no AVX2 with FMA and F16C");
        avx2 = platform.avx2();
        team = new WorkerTeam(2);
    }

    @AfterAll
    static void end() {
        if (team != null) {
            team.close();
        }
    }
}
