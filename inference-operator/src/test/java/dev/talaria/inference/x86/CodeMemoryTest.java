package dev.talaria.inference.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.x86.MachineCodeException.Reason;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Code runs from memory that was never writable and executable at once, and goes with its arena; a
/// refusal is an exception with its reason.
class CodeMemoryTest {

    private static byte[] sumOfSquares() {
        Assembler code = new Assembler();
        Label again = new Label();
        code.xor(Gpr.RAX, Gpr.RAX);
        code.bind(again);
        code.mov(Gpr.RCX, Gpr.RDI);
        code.imul(Gpr.RCX, Gpr.RCX);
        code.add(Gpr.RAX, Gpr.RCX);
        code.dec(Gpr.RDI);
        code.j(Condition.NOT_EQUAL, again);
        code.ret();
        return code.code();
    }

    private static CodeMemory memory() throws MachineCodeException {
        assumeTrue(
                CpuFeatures.isLinuxOnX86(
                        System.getProperty("os.name"), System.getProperty("os.arch")),
                "not Linux on x86-64");
        return CodeMemory.ofThisMachine();
    }

    @SuppressWarnings("restricted") // runs our own code
    private static long call(MemorySegment code, long argument) throws Throwable {
        return (long)
                Linker.nativeLinker()
                        .downcallHandle(
                                code,
                                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG))
                        .invokeExact(argument);
    }

    @Test
    void codeRuns() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = memory().seal(sumOfSquares(), arena);
            assertThat(call(code, 10)).isEqualTo(385);
        }
    }

    @Test
    void sealedCodeIsExecutableAndNotWritable() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = memory().seal(sumOfSquares(), arena);
            assertThat(protection(code.address())).hasValue("r-xp");
            assertThat(code.isReadOnly()).isTrue();
        }
    }

    @Test
    void codeIsUnmappedWithItsArena() throws Exception {
        long address;
        try (Arena arena = Arena.ofConfined()) {
            address = memory().seal(sumOfSquares(), arena).address();
        }
        assertThat(protection(address)).isNotEqualTo(Optional.of("r-xp"));
    }

    private static Optional<String> protection(long address) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            String[] parts = line.split("[- ]", 4);
            if (Long.parseUnsignedLong(parts[0], 16) <= address
                    && address < Long.parseUnsignedLong(parts[1], 16)) {
                return Optional.of(line.split(" ")[1]);
            }
        }
        return Optional.empty();
    }

    @Test
    void aRefusedMappingIsAReason() {
        RefusingCalls calls = new RefusingCalls(12, 0, 0);
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> CodeMemory.of(calls).seal(sumOfSquares(), arena))
                    .isInstanceOfSatisfying(
                            MachineCodeException.class,
                            it -> assertThat(it.reason()).isEqualTo(Reason.MAPPING))
                    .hasMessage("no memory for code (mmap: error 12)");
        }
    }

    @Test
    void aRefusedSealIsAReasonAndTheMemoryIsGivenBack() {
        RefusingCalls calls = new RefusingCalls(0, 13, 0);
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> CodeMemory.of(calls).seal(sumOfSquares(), arena))
                    .isInstanceOfSatisfying(
                            MachineCodeException.class,
                            it -> assertThat(it.reason()).isEqualTo(Reason.SEALING))
                    .hasMessage("memory may not be made executable (mprotect: error 13)");
            assertThat(calls.mapped()).isEqualTo(1);
        }
        assertThat(calls.mapped()).isZero();
    }

    @Test
    void refusedTilesAreAReason() {
        assertThatThrownBy(() -> CodeMemory.of(new RefusingCalls(0, 0, 95)).permitTiles())
                .isInstanceOfSatisfying(
                        MachineCodeException.class,
                        it -> assertThat(it.reason()).isEqualTo(Reason.TILES))
                .hasMessage("the tile registers may not be used (arch_prctl: error 95)");
    }

    @Test
    void aProcessorWithoutTilesRefusesThem() throws MachineCodeException {
        CodeMemory memory = memory();
        assumeTrue(
                !CpuFeatures.ofThisMachine().present().contains(CpuFeature.AMX_TILE),
                "this processor has tiles");
        assertThatThrownBy(memory::permitTiles).isInstanceOf(MachineCodeException.class);
    }

    @Test
    void onlyLinuxOnX86RunsMachineCode() {
        assertThat(CpuFeatures.isLinuxOnX86("Linux", "amd64")).isTrue();
        assertThat(CpuFeatures.isLinuxOnX86("Linux", "aarch64")).isFalse();
        assertThat(CpuFeatures.isLinuxOnX86("Mac OS X", "x86_64")).isFalse();
        assertThat(CpuFeatures.isLinuxOnX86("Windows 11", "amd64")).isFalse();
    }

    @Test
    void aFeatureIsPresentWhereEveryProcessorHasIt() {
        CpuFeatures features =
                CpuFeatures.parse(
                        List.of(
                                "processor\t: 0",
                                "flags\t\t: fpu avx512f avx512_vnni avx512bw",
                                "processor\t: 1",
                                "flags\t\t: fpu avx512f avx512bw amx_tile"));
        assertThat(features.present())
                .containsExactlyInAnyOrder(CpuFeature.AVX512F, CpuFeature.AVX512BW);
        assertThat(features.missing(Set.of(CpuFeature.AVX512F, CpuFeature.AMX_TILE)))
                .containsExactly(CpuFeature.AMX_TILE);
        assertThat(CpuFeatures.parse(List.of()).present()).isEmpty();
    }
}
