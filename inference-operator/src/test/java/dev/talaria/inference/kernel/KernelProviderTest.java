package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.CpuFeature;
import dev.talaria.inference.x86.CpuFeatures;
import dev.talaria.inference.x86.MachineCodeException;
import dev.talaria.inference.x86.MachineCodeException.Reason;
import dev.talaria.inference.x86.RefusedCode;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

class KernelProviderTest {

    private static final CpuFeatures ALL = new CpuFeatures(VnniKernels.FEATURES);

    private static CpuFeatures allBut(CpuFeature feature) {
        Set<CpuFeature> features = EnumSet.allOf(CpuFeature.class);
        features.remove(feature);
        return new CpuFeatures(features);
    }

    private static void requireAvx2() {
        assumeTrue(
                CpuFeatures.ofThisMachine().missing(Avx2Kernels.FEATURES).isEmpty(),
                "this processor has no AVX2 with FMA and F16C");
    }

    private static void requireVnni() {
        assumeTrue(
                CpuFeatures.ofThisMachine().missing(VnniKernels.FEATURES).isEmpty(),
                "this processor has no AVX-512 with VNNI");
    }

    @Test
    void kernelsAreChosenByName() {
        assertThat(KernelProvider.choose("scalar")).isInstanceOf(ScalarKernels.class);
        assertThat(KernelProvider.choose("vector")).isInstanceOf(VectorKernels.class);
        assertThat(KernelProvider.choose("vector").description()).contains("Vector API", "bits");
    }

    @Test
    void autoTakesMachineCodeWhereItRuns() {
        requireVnni();
        assertThat(KernelProvider.choose("auto"))
                .isInstanceOfAny(AmxKernels.class, VnniKernels.class);
        assertThat(KernelProvider.choose("vnni").description()).contains("VNNI", "8 bits");
    }

    @Test
    void autoTakesAvx2OnAProcessorWithoutAnyOfTheFeaturesOfAvx512() {
        requireAvx2();
        Set<CpuFeature> features = EnumSet.copyOf(VnniKernels.FEATURES);
        features.removeAll(Avx2Kernels.FEATURES);
        for (CpuFeature feature : features) {
            NativePlatform platform =
                    new NativePlatform(allBut(feature), CodeMemory::ofThisMachine);
            assertThat(KernelProvider.choose("auto", platform))
                    .as(feature.flag())
                    .isInstanceOf(Avx2Kernels.class);
        }
        assertThat(KernelProvider.choose("avx2").description()).contains("AVX2", "8 bits");
    }

    @Test
    void autoTakesTheVectorKernelsOnAProcessorWithoutAnyOfTheFeatures() {
        for (CpuFeature feature : Avx2Kernels.FEATURES) {
            Set<CpuFeature> features = EnumSet.copyOf(Avx2Kernels.FEATURES);
            features.remove(feature);
            NativePlatform platform =
                    new NativePlatform(new CpuFeatures(features), CodeMemory::ofThisMachine);
            assertThat(KernelProvider.choose("auto", platform))
                    .as(feature.flag())
                    .isInstanceOf(VectorKernels.class);
        }
    }

    @Test
    void avx2FallsBackToTheVectorKernelsWhereMemoryForCodeIsRefused() {
        requireAvx2();
        CpuFeatures features = new CpuFeatures(Avx2Kernels.FEATURES);
        for (CodeMemory memory : List.of(RefusedCode.unmapped(), RefusedCode.unsealed())) {
            NativePlatform platform = new NativePlatform(features, () -> memory);
            assertThat(KernelProvider.choose("auto", platform)).isInstanceOf(VectorKernels.class);
            assertThatThrownBy(() -> KernelProvider.choose("avx2", platform))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("kernels 'avx2': ")
                    .hasMessageEndingWith("; choose auto or vector");
        }
    }

    @Test
    void autoTakesMachineCodeWithoutBfloatsOnAProcessorThatDoesNotMultiplyThem() {
        requireVnni();
        NativePlatform platform = new NativePlatform(ALL, CodeMemory::ofThisMachine);
        assertThat(KernelProvider.choose("auto", platform))
                .isInstanceOf(VnniKernels.class)
                .satisfies(it -> assertThat(it.description()).doesNotContain("bfloat16"));
    }

    @Test
    void autoTakesTheVectorKernelsWhereMemoryForCodeIsRefused() {
        requireVnni();
        CpuFeatures withTiles = new CpuFeatures(AmxKernels.FEATURES);
        for (CodeMemory memory : List.of(RefusedCode.unmapped(), RefusedCode.unsealed())) {
            for (CpuFeatures features : List.of(ALL, withTiles)) {
                NativePlatform platform = new NativePlatform(features, () -> memory);
                assertThat(KernelProvider.choose("auto", platform))
                        .isInstanceOf(VectorKernels.class);
            }
        }
    }

    @Test
    void autoTakesVnniWhereTheProcessorHasNoTiles() {
        requireVnni();
        for (CpuFeature feature :
                List.of(CpuFeature.AMX_TILE, CpuFeature.AMX_INT8, CpuFeature.AMX_BF16)) {
            NativePlatform platform =
                    new NativePlatform(allBut(feature), CodeMemory::ofThisMachine);
            assertThat(KernelProvider.choose("auto", platform))
                    .as(feature.flag())
                    .isInstanceOf(VnniKernels.class);
        }
    }

    @Test
    void autoTakesVnniWhereTheTilesAreNotPermitted() {
        requireVnni();
        CpuFeatures all = new CpuFeatures(EnumSet.allOf(CpuFeature.class));
        NativePlatform platform = new NativePlatform(all, RefusedCode::withoutTiles);
        assertThat(KernelProvider.choose("auto", platform)).isInstanceOf(VnniKernels.class);
        assertThatThrownBy(() -> KernelProvider.choose("amx", platform))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kernels 'amx': the tile registers may not be used (arch_prctl: error 1);"
                                + " choose auto or vector");
    }

    // The flags of another processor: the system knows better.
    @Test
    void autoTakesVnniWhereFlagsPromiseTilesThatTheProcessorHasNot() {
        requireVnni();
        assumeTrue(
                !CpuFeatures.ofThisMachine().missing(AmxKernels.FEATURES).isEmpty(),
                "this processor has AMX");
        CpuFeatures all = new CpuFeatures(EnumSet.allOf(CpuFeature.class));
        NativePlatform platform = new NativePlatform(all, CodeMemory::ofThisMachine);
        assertThat(KernelProvider.choose("auto", platform)).isInstanceOf(VnniKernels.class);
    }

    @Test
    void autoTakesTheVectorKernelsOnAnotherSystem() {
        NativePlatform platform = new NativePlatform(ALL, KernelProviderTest::elsewhere);
        assertThat(KernelProvider.choose("auto", platform)).isInstanceOf(VectorKernels.class);
    }

    private static CodeMemory elsewhere() throws MachineCodeException {
        throw new MachineCodeException(Reason.PROCESSOR, "machine code is for Linux on x86-64");
    }

    @Test
    void autoExplainsItsChoiceOnce() {
        NativePlatform platform =
                new NativePlatform(new CpuFeatures(Set.of()), CodeMemory::ofThisMachine);
        Logger logger = (Logger) LoggerFactory.getLogger(KernelProvider.class);
        Level before = logger.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        try {
            KernelProvider.choose("auto", platform);
        } finally {
            logger.detachAppender(log);
            logger.setLevel(before);
        }
        assertThat(log.list)
                .singleElement()
                .satisfies(it ->
                        assertThat(it.getFormattedMessage())
                                .startsWith("kernels: Vector API, ")
                                .contains("; not amx: ", "; not vnni: ", "; not avx2: "));
    }

    @Test
    void vnniWhereItCannotRunIsRefusedWithTheReason() {
        requireVnni();
        NativePlatform platform =
                new NativePlatform(allBut(CpuFeature.AVX512_VNNI), CodeMemory::ofThisMachine);
        assertThatThrownBy(() -> KernelProvider.choose("vnni", platform))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kernels 'vnni': the processor has no avx512_vnni; choose auto or vector");
    }

    @Test
    void avx2WhereItCannotRunIsRefusedWithTheReason() {
        for (CpuFeature feature : Avx2Kernels.FEATURES) {
            NativePlatform platform =
                    new NativePlatform(allBut(feature), CodeMemory::ofThisMachine);
            assertThatThrownBy(() -> KernelProvider.choose("avx2", platform))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "kernels 'avx2': the processor has no %s; choose auto or vector"
                                    .formatted(feature.flag()));
        }
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> KernelProvider.choose("cuda"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kernels 'cuda': choose auto, amx, vnni, avx2, vector or scalar");
    }
}
