package dev.talaria.inference.kernel;

import dev.talaria.inference.x86.MachineCodeException;
import dev.talaria.inference.x86.MachineCodeException.Reason;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.StringJoiner;

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
            case "avx2" -> named(name, platform::avx2);
            case "vnni" -> named(name, platform::vnni);
            case "amx" -> named(name, platform::amx);
            case "auto" -> auto(platform);
            default ->
                    throw new IllegalArgumentException(
                            "kernels '%s': choose auto, amx, vnni, avx2, vector or scalar"
                                    .formatted(name));
        };
    }

    /// Kernels of machine code, or the reason they cannot be had.
    @FunctionalInterface
    private interface Source {
        Kernels open() throws MachineCodeException;
    }

    private static Kernels named(String name, Source source) {
        vector();
        try {
            return source.open();
        } catch (MachineCodeException e) {
            throw new IllegalArgumentException(
                    "kernels '%s': %s; choose auto or vector".formatted(name, e.getMessage()), e);
        }
    }

    private static Kernels auto(NativePlatform platform) {
        if (!vectorModulePresent()) {
            LOG.warn(
                    "kernels: scalar, a hundred times slower; start Java with"
                            + " --add-modules=jdk.incubator.vector for the vector ones");
            return new ScalarKernels();
        }
        StringJoiner missing = new StringJoiner("");
        Kernels kernels =
                first("amx", platform::amx, missing)
                        .or(() -> first("vnni", platform::vnni, missing))
                        .or(() -> first("avx2", platform::avx2, missing))
                        .orElseGet(VectorKernels::new);
        LOG.info("kernels: {}{}", kernels.description(), missing);
        return kernels;
    }

    // Wrong answers are nobody's wish, and somebody should hear of them.
    private static Optional<Kernels> first(String name, Source source, StringJoiner missing) {
        try {
            return Optional.of(source.open());
        } catch (MachineCodeException e) {
            if (e.reason() == Reason.ANSWERS) {
                LOG.warn("kernels: {} are not used: {}", name, e.getMessage());
            }
            missing.add("; not %s: %s".formatted(name, e.getMessage()));
            return Optional.empty();
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
