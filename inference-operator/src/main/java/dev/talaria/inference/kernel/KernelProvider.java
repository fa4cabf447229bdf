package dev.talaria.inference.kernel;

import dev.talaria.inference.x86.MachineCodeException;

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
        return choose(name, NativePlatform.ofThisMachine());
    }

    static Kernels choose(String name, NativePlatform platform) {
        return switch (name) {
            case "scalar" -> new ScalarKernels();
            case "vector" -> vector();
            case "vnni" -> vnni(platform);
            case "auto" -> auto(platform);
            default ->
                    throw new IllegalArgumentException(
                            "kernels '" + name + "': choose auto, vnni, vector or scalar");
        };
    }

    private static Kernels vnni(NativePlatform platform) {
        vector();
        try {
            return platform.vnni();
        } catch (MachineCodeException e) {
            throw new IllegalArgumentException(
                    "kernels 'vnni': %s; choose auto or vector".formatted(e.getMessage()), e);
        }
    }

    private static Kernels auto(NativePlatform platform) {
        if (!vectorModulePresent()) {
            LOG.warn(
                    "kernels: scalar, a hundred times slower; start Java with"
                            + " --add-modules=jdk.incubator.vector for the vector ones");
            return new ScalarKernels();
        }
        try {
            Kernels kernels = platform.vnni();
            LOG.info("kernels: {}", kernels.description());
            return kernels;
        } catch (MachineCodeException e) {
            Kernels kernels = new VectorKernels();
            LOG.info("kernels: {}; not vnni: {}", kernels.description(), e.getMessage());
            return kernels;
        }
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
