package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.ymm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.talaria.inference.x86.Avx2Assembler;
import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.CpuFeature;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.MachineCodeException;
import dev.talaria.inference.x86.VectorRegister;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Set;

/// Reads memory from end to end and adds it up, in machine code for every processor with AVX2: in
/// the order it lies, and what comes is asked for ahead. On Zen 4 that is half as much again as
/// loops of the Vector API read, whose loads the compiler may put in another order.
final class PrefetchedRead {

    /// What the processor must have.
    static final Set<CpuFeature> FEATURES = Set.of(CpuFeature.AVX2);

    /// Bytes that are read at a time.
    static final int STEP_BYTES = 256;

    /// Sums that are made: every eighth 32-bit word is in one.
    static final int SUMS = 8;

    private static final int CACHE_LINE = 64;

    // A page and a half: at the end of one, processors stop by themselves.
    private static final int AHEAD_BYTES = 6144;

    private static final Gpr FROM = Gpr.RDI;
    private static final Gpr OFFSET = Gpr.RSI;
    private static final Gpr STEPS = Gpr.RDX;
    private static final Gpr TO = Gpr.RCX;

    private static final MethodHandle READ =
            CodeMemory.handle(FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));

    private final MemorySegment code;

    private PrefetchedRead(MemorySegment code) {
        this.code = code;
    }

    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static PrefetchedRead assemble(CodeMemory memory, Arena arena) throws MachineCodeException {
        return new PrefetchedRead(memory.seal(code(), arena));
    }

    private static byte[] code() {
        Avx2Assembler code = new Avx2Assembler();
        VectorRegister even = ymm(0);
        VectorRegister odd = ymm(1);
        code.add(FROM, OFFSET);
        code.vpxor(even, even, even);
        code.vpxor(odd, odd, odd);
        Label next = new Label();
        code.align(CACHE_LINE);
        code.bind(next);
        for (int line = 0; line < STEP_BYTES; line += CACHE_LINE) {
            code.prefetchnta(at(FROM).plus(AHEAD_BYTES + line));
            code.vpaddd(even, even, at(FROM).plus(line));
            code.vpaddd(odd, odd, at(FROM).plus(line + Avx2Lanes.VECTOR));
        }
        code.add(FROM, STEP_BYTES);
        code.dec(STEPS);
        code.j(Condition.NOT_EQUAL, next);
        code.vpaddd(even, even, odd);
        code.vmovups(at(TO), even);
        code.vzeroupper();
        code.ret();
        return code.code();
    }

    /// Reads whole steps.
    ///
    /// @param steps one at least
    /// @param sums are written over
    void read(MemorySegment memory, long from, long steps, int[] sums) {
        try {
            READ.invokeExact(code, memory, from, steps, MemorySegment.ofArray(sums));
        } catch (Throwable e) {
            throw new IllegalStateException("memory cannot be read", e);
        }
    }
}
