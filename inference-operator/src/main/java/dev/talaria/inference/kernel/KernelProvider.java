package dev.talaria.inference.kernel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Chooses the kernels and says why.
public final class KernelProvider {

    private static final Logger LOG = LoggerFactory.getLogger(KernelProvider.class);

    private KernelProvider() {}

    /// Kernels by name: `auto` takes the fastest that this JVM can run.
    ///
    /// @throws IllegalArgumentException for an unknown name, or kernels that cannot run here
    public static Kernels choose(String name) {
        return switch (name) {
            case "scalar" -> new ScalarKernels();
            case "vector" -> vector();
            case "auto" -> auto();
            default ->
                    throw new IllegalArgumentException(
                            "kernels '" + name + "': choose auto, vector or scalar");
        };
    }

    private static Kernels auto() {
        if (!vectorModulePresent()) {
            LOG.warn(
                    "kernels: scalar, a hundred times slower; start Java with"
                            + " --add-modules=jdk.incubator.vector for the vector ones");
            return new ScalarKernels();
        }
        Kernels kernels = new VectorKernels();
        LOG.info("kernels: {}", kernels.description());
        return kernels;
    }

    private static Kernels vector() {
        if (!vectorModulePresent()) {
            throw new IllegalArgumentException(
                    "kernels 'vector': this JVM runs without the Vector API; start Java with"
                            + " --add-modules=jdk.incubator.vector");
        }
        return new VectorKernels();
    }

    private static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
