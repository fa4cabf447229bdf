package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelProviderTest {

    @Test
    void kernelsAreChosenByName() {
        assertThat(KernelProvider.choose("scalar")).isInstanceOf(ScalarKernels.class);
        assertThat(KernelProvider.choose("vector")).isInstanceOf(VectorKernels.class);
        assertThat(KernelProvider.choose("vector").description()).contains("Vector API", "bits");
    }

    @Test
    void autoTakesTheVectorKernelsWhereTheModuleIsThere() {
        assertThat(KernelProvider.choose("auto")).isInstanceOf(VectorKernels.class);
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> KernelProvider.choose("cuda"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kernels 'cuda': choose auto, vector or scalar");
    }
}
