package dev.talaria.inference.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;

/// Products of whole numbers in registers of AVX2 are plain sums.
class Avx2PlainProductTest extends ByteProductContract {

    private static Kernels kernels;

    @BeforeAll
    static void assemble() throws Exception {
        NativePlatform platform = NativePlatform.ofThisMachine();
        assumeTrue(
                platform.features().missing(Avx2Kernels.FEATURES).isEmpty(),
                "this processor has no AVX2 with FMA and F16C");
        kernels = platform.avx2();
    }

    @Override
    Kernels kernels() {
        return kernels;
    }
}
