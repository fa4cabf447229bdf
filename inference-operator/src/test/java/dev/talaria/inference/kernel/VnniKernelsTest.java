package dev.talaria.inference.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;

/// The kernels of machine code for vector registers keep the contract.
class VnniKernelsTest extends ByteKernelsContract {

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
