package dev.talaria.inference.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;

/// Products of whole numbers in registers of AVX-512 are plain sums.
class VnniProductTest extends ByteProductContract {

    private static Kernels kernels;

    @BeforeAll
    static void assemble() throws Exception {
        NativePlatform platform = NativePlatform.ofThisMachine();
        assumeTrue(
                platform.features().missing(VnniKernels.FEATURES).isEmpty(),
                "this processor has no AVX-512 with VNNI");
        kernels = platform.vnni();
    }

    @Override
    Kernels kernels() {
        return kernels;
    }
}
