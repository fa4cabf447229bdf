package dev.talaria.inference.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.Kernels.Phase;

import org.junit.jupiter.api.BeforeAll;

import java.util.List;

/// The kernels of machine code for AVX2 keep the contract.
class Avx2KernelsTest extends ByteKernelsContract {

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

    // Floats and IQ4_XS are multiplied by the vector kernels, phase by phase.
    @Override
    List<Phase> phases() {
        return List.of(Phase.values());
    }

    @Override
    boolean multipliesBfloats() {
        return false;
    }
}
