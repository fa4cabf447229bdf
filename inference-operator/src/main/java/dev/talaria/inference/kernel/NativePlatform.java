package dev.talaria.inference.kernel;

import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.CpuFeature;
import dev.talaria.inference.x86.CpuFeatures;
import dev.talaria.inference.x86.MachineCodeException;
import dev.talaria.inference.x86.MachineCodeException.Reason;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What machine code there could be here: the processor, and where code comes to lie. Tests take
/// things away.
record NativePlatform(CpuFeatures features, CodeSource memory) {

    private static final Logger LOG = LoggerFactory.getLogger(NativePlatform.class);

    /// Memory for code, or the reason there is none.
    @FunctionalInterface
    interface CodeSource {
        CodeMemory open() throws MachineCodeException;
    }

    static NativePlatform ofThisMachine() {
        return new NativePlatform(CpuFeatures.ofThisMachine(), CodeMemory::ofThisMachine);
    }

    /// The kernels of machine code for vector registers of AVX2.
    ///
    /// @throws MachineCodeException where they cannot run, with the reason
    Avx2Kernels avx2() throws MachineCodeException {
        CodeMemory code = memory.open();
        require(Avx2Kernels.FEATURES);
        return Avx2Kernels.of(code);
    }

    /// The kernels of machine code for vector registers of AVX-512.
    ///
    /// @throws MachineCodeException where they cannot run, with the reason
    VnniKernels vnni() throws MachineCodeException {
        CodeMemory code = memory.open();
        require(VnniKernels.FEATURES);
        return VnniKernels.of(code, features.missing(VnniKernels.BFLOAT_FEATURES).isEmpty());
    }

    /// The kernels of machine code for tile registers, after a short look at their answers.
    ///
    /// @throws MachineCodeException where they cannot run, or their answers are wrong
    AmxKernels amx() throws MachineCodeException {
        CodeMemory code = memory.open();
        require(AmxKernels.FEATURES);
        code.permitTiles();
        AmxKernels kernels = AmxKernels.of(code);
        Optional<String> difference = kernels.difference();
        if (difference.isPresent()) {
            throw new MachineCodeException(Reason.ANSWERS, difference.get());
        }
        return kernels;
    }

    /// Reading that asks ahead; empty where it cannot run.
    ///
    /// @param arena how long it may be used
    Optional<PrefetchedRead> prefetchedRead(Arena arena) {
        try {
            CodeMemory code = memory.open();
            require(PrefetchedRead.FEATURES);
            return Optional.of(PrefetchedRead.assemble(code, arena));
        } catch (MachineCodeException e) {
            LOG.debug("memory is read without asking ahead", e);
            return Optional.empty();
        }
    }

    private void require(Set<CpuFeature> wanted) throws MachineCodeException {
        Set<CpuFeature> missing = features.missing(wanted);
        if (!missing.isEmpty()) {
            throw new MachineCodeException(
                    Reason.PROCESSOR,
                    "the processor has no "
                            + missing.stream()
                                    .map(CpuFeature::flag)
                                    .collect(Collectors.joining(", ")));
        }
    }
}
