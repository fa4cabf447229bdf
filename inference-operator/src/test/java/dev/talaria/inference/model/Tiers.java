package dev.talaria.inference.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.kernel.KernelProvider;

/// Kernels that not every machine can run.
final class Tiers {

    private Tiers() {}

    /// Whether machine code with VNNI runs here.
    static boolean hasVnni() {
        return has("vnni");
    }

    private static boolean has(String kernels) {
        try {
            KernelProvider.choose(kernels);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// Skips the test where the tile registers of AMX cannot be used.
    static void requireAmx() {
        assumeTrue(has("amx"), "this machine cannot run the kernels 'amx'");
    }

    /// Skips the test where it does not.
    static void requireVnni() {
        assumeTrue(hasVnni(), "this machine cannot run the kernels 'vnni'");
    }
}
