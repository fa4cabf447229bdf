package dev.talaria.inference.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;

/// The contract once more where this processor multiplies in tile registers itself.
class AmxKernelsTest extends ByteKernelsContract {

    private static Kernels kernels;

    @BeforeAll
    static void assemble() throws Exception {
        NativePlatform platform = NativePlatform.ofThisMachine();
        assumeTrue(
                platform.features().missing(AmxKernels.FEATURES).isEmpty(),
                "this processor has no AMX");
        kernels = platform.amx();
    }

    @Override
    Kernels kernels() {
        return kernels;
    }
}
