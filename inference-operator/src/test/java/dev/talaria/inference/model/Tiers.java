package dev.talaria.inference.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.KernelProvider;

/// Kernels that not every machine can run.
public final class Tiers {

    private Tiers() {}

    /// Whether these kernels run here.
    static boolean has(String kernels) {
        try {
            KernelProvider.choose(kernels);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// Skips the test where they do not.
    public static void require(String kernels) {
        assumeTrue(has(kernels), "this machine cannot run the kernels '%s'".formatted(kernels));
    }
}
