package dev.talaria.inference.x86;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.xmm;
import static dev.talaria.inference.x86.VectorRegister.ymm;
import static dev.talaria.inference.x86.VectorRegister.zmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// The interpreter against this processor: the same bytes, run by both over the same memory; and
/// that it is strict.
class InterpreterTest {

    private static final int CASES = Integer.getInteger("talaria.interpreter.cases", 300);
    private static final int REGISTERS = 32;
    private static final int AVX2_REGISTERS = 16;
    private static final int STATE_BYTES = REGISTERS * 64;
    private static final Set<CpuFeature> FEATURES =
            Set.of(
                    CpuFeature.AVX512F,
                    CpuFeature.AVX512BW,
                    CpuFeature.AVX512VL,
                    CpuFeature.AVX512_VNNI,
                    CpuFeature.AVX512_BF16);

    // Where code is told its memory.
    private static final Gpr BEFORE = Gpr.RDI;
    private static final Gpr OPERAND = Gpr.RSI;
    private static final Gpr AFTER = Gpr.RDX;

    private static final int[] EDGES = {
        0,
        1,
        -1,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE,
        0x7F800000,
        0xFF800000,
        0x7FC00000,
        0x3F800000,
        0xBF800000,
        0x3F000000,
        0x40200000,
        0x4F000000,
        0xCF000000,
        0x00800000,
        0x007FFFFF,
        0x80000001,
        0x7F7FFFFF,
        0x0F0F0F0F,
        0x80808080,
        0x7F7F7F7F,
        0x3F808000,
        0x3F818000,
        0x3C003C01,
        0x00017BFF
    };

    private static void requireVectors() {
        assumeTrue(
                CpuFeatures.ofThisMachine().missing(FEATURES).isEmpty(),
                "this processor has no AVX-512 with VNNI and BF16");
    }

    private static void requireAvx2() {
        Set<CpuFeature> features = Set.of(CpuFeature.AVX2, CpuFeature.FMA, CpuFeature.F16C);
        assumeTrue(
                CpuFeatures.ofThisMachine().missing(features).isEmpty(),
                "this processor has no AVX2 with FMA and F16C");
    }

    /// An instruction with operands of one kind.
    private record Instruction(String name, boolean makesFloats, Consumer<Assembler> call) {}

    private interface Three {
        void emit(Assembler code, VectorRegister to, VectorRegister a, Operand b);
    }

    private interface Two {
        void emit(Assembler code, VectorRegister to, Operand from);
    }

    private interface WithNumber {
        void emit(Assembler code, VectorRegister to, Operand from, int number);
    }

    private static final class Instructions {

        private final List<Instruction> all = new ArrayList<>();
        private final SplittableRandom random;

        private Instructions(SplittableRandom random) {
            this.random = random;
            three("vaddps", true, Assembler::vaddps);
            three("vsubps", true, Assembler::vsubps);
            three("vmulps", true, Assembler::vmulps);
            three("vdivps", true, Assembler::vdivps);
            three("vfmadd231ps", true, Assembler::vfmadd231ps);
            three("vfmadd213ps", true, Assembler::vfmadd213ps);
            three("vpaddd", false, Assembler::vpaddd);
            three("vpsubd", false, Assembler::vpsubd);
            three("vpandd", false, Assembler::vpandd);
            three("vpord", false, Assembler::vpord);
            three("vpxord", false, Assembler::vpxord);
            three("vpmaxud", false, Assembler::vpmaxud);
            three("vpdpbusd", false, Assembler::vpdpbusd);
            threeVectors("vpsubb", Assembler::vpsubb);
            threeVectors("vpermw", Assembler::vpermw);
            three("vcvtne2ps2bf16", false, Assembler::vcvtne2ps2bf16);
            three("vpternlogd", false, (it, to, a, b) -> it.vpternlogd(to, a, b, 0xEA));
            three("vpternlogd", false, (it, to, a, b) -> it.vpternlogd(to, a, b, 0x1B));
            two("vcvtdq2ps", true, 1, Assembler::vcvtdq2ps);
            two("vcvtps2dq", false, 1, Assembler::vcvtps2dq);
            two("vcvtph2ps", true, 2, Assembler::vcvtph2ps);
            two("vpmovzxwd", false, 2, Assembler::vpmovzxwd);
            two("vpmovsxwd", false, 2, Assembler::vpmovsxwd);
            two("vpmovzxbd", false, 4, Assembler::vpmovzxbd);
            two("vpmovsxbd", false, 4, Assembler::vpmovsxbd);
            withNumber("vpslld", 32, Assembler::vpslld);
            withNumber("vpsrld", 32, Assembler::vpsrld);
            withNumber("vpsrad", 32, Assembler::vpsrad);
            withNumber("vpsrlw", 16, Assembler::vpsrlw);
            withNumber("vpshufd", 256, Assembler::vpshufd);
            moves();
            single();
        }

        private VectorRegister any(int bits) {
            return new VectorRegister(bits, random.nextInt(REGISTERS));
        }

        private int bits() {
            return 128 << random.nextInt(3);
        }

        private void add(String name, boolean makesFloats, Consumer<Assembler> call) {
            all.add(new Instruction(name, makesFloats, call));
        }

        private void three(String name, boolean makesFloats, Three call) {
            for (int i = 0; i < 3; i++) {
                int bits = bits();
                VectorRegister to = any(bits);
                VectorRegister a = any(bits);
                VectorRegister b = any(bits);
                Address far = at(OPERAND).plus(random.nextInt(-4, 5) * 64);
                Broadcast one = at(OPERAND).plus(random.nextInt(16) * 4).broadcast();
                add(name, makesFloats, it -> call.emit(it, to, a, b));
                add(name + " memory", makesFloats, it -> call.emit(it, to, a, far));
                add(name + " broadcast", makesFloats, it -> call.emit(it, to, a, one));
            }
        }

        private void threeVectors(String name, Three call) {
            for (int i = 0; i < 3; i++) {
                int bits = bits();
                VectorRegister to = any(bits);
                VectorRegister a = any(bits);
                VectorRegister b = any(bits);
                add(name, false, it -> call.emit(it, to, a, b));
                add(name + " memory", false, it -> call.emit(it, to, a, at(OPERAND)));
            }
        }

        private void two(String name, boolean makesFloats, int times, Two call) {
            for (int i = 0; i < 3; i++) {
                int bits = bits();
                VectorRegister to = any(bits);
                VectorRegister from = any(Math.max(128, bits / times));
                Address far = at(OPERAND).plus(random.nextInt(16) * 4);
                add(name, makesFloats, it -> call.emit(it, to, from));
                add(name + " memory", makesFloats, it -> call.emit(it, to, far));
            }
        }

        private void withNumber(String name, int limit, WithNumber call) {
            for (int i = 0; i < 3; i++) {
                int bits = bits();
                int number = random.nextInt(limit);
                VectorRegister to = any(bits);
                VectorRegister from = any(bits);
                add(name, false, it -> call.emit(it, to, from, number));
            }
        }

        private void moves() {
            int number = random.nextInt();
            int bits = bits();
            VectorRegister to = any(bits);
            VectorRegister from = any(bits);
            add("vmovdqa32", false, it -> it.vmovdqa32(to, from));
            add("vmovdqa32 load", false, it -> it.vmovdqa32(to, at(OPERAND)));
            add("vmovdqa32 store", false, it -> it.vmovdqa32(at(OPERAND), from));
            add("vmovups load", false, it -> it.vmovups(to, at(OPERAND).plus(12)));
            add("vmovups store", false, it -> it.vmovups(at(OPERAND).plus(20), from));
            add(
                    "vmovups masked load",
                    false,
                    it -> {
                        it.mov(Gpr.RAX, number & 0xFFFF_FFFFL);
                        it.kmovd(Opmask.K3, Gpr.RAX);
                        it.vmovups(to, Opmask.K3, at(OPERAND).plus(4));
                    });
            add(
                    "vmovups masked store",
                    false,
                    it -> {
                        it.mov(Gpr.R9, number & 0xFFFF_FFFFL);
                        it.kmovd(Opmask.K5, Gpr.R9);
                        it.vmovups(at(OPERAND).plus(8), Opmask.K5, from);
                    });
            add("vmovss load", false, it -> it.vmovss(to.lower(128), at(OPERAND).plus(4)));
            add("vmovss store", false, it -> it.vmovss(at(OPERAND).plus(4), from.lower(128)));
            add("vpbroadcastd memory", false, it -> it.vpbroadcastd(to, at(OPERAND).plus(8)));
            add("vpbroadcastd", false, it -> it.vpbroadcastd(to, from.lower(128)));
            add("vbroadcasti32x4", false, it -> it.vbroadcasti32x4(zmm(3), at(OPERAND).plus(16)));
            add(
                    "vpbroadcastd gpr",
                    false,
                    it -> {
                        it.mov(Gpr.R10, number);
                        it.vpbroadcastd(to, Gpr.R10);
                    });
            add(
                    "vmovd",
                    false,
                    it -> {
                        it.vmovd(Gpr.R11, from.lower(128));
                        it.mov(at(OPERAND), Gpr.R11);
                        it.vmovd(xmm(18), Gpr.R11);
                    });
            add("vpmovdb", false, it -> it.vpmovdb(at(OPERAND).plus(5), from));
        }

        private void single() {
            add("vextracti32x4", false, it -> it.vextracti32x4(xmm(3), zmm(28), 3));
            add("vextracti64x4", false, it -> it.vextracti64x4(ymm(21), zmm(9), 1));
            add("vmulss", true, it -> it.vmulss(xmm(31), xmm(2), xmm(15)));
            add("vdivss", true, it -> it.vdivss(xmm(3), xmm(20), xmm(7)));
            add("vcvtneps2bf16", false, it -> it.vcvtneps2bf16(ymm(3), zmm(21)));
            add("vcvtneps2bf16 narrow", false, it -> it.vcvtneps2bf16(xmm(19), ymm(2)));
        }
    }

    /// An instruction of AVX2 with operands of one kind.
    private record Avx2Instruction(
            String name, boolean makesFloats, Consumer<Avx2Assembler> call) {}

    private interface Avx2Three {
        void emit(Avx2Assembler code, VectorRegister to, VectorRegister a, Operand b);
    }

    private interface Avx2Two {
        void emit(Avx2Assembler code, VectorRegister to, Operand from);
    }

    private static final class Avx2Instructions {

        private final List<Avx2Instruction> all = new ArrayList<>();
        private final SplittableRandom random;

        private Avx2Instructions(SplittableRandom random) {
            this.random = random;
            three("vpand", false, Avx2Assembler::vpand);
            three("vpxor", false, Avx2Assembler::vpxor);
            three("vpaddw", false, Avx2Assembler::vpaddw);
            three("vpaddd", false, Avx2Assembler::vpaddd);
            three("vpsubd", false, Avx2Assembler::vpsubd);
            three("vpmaxud", false, Avx2Assembler::vpmaxud);
            three("vpmaddubsw", false, Avx2Assembler::vpmaddubsw);
            three("vpmaddwd", false, Avx2Assembler::vpmaddwd);
            three("vpsignb", false, Avx2Assembler::vpsignb);
            three("vpackusdw", false, Avx2Assembler::vpackusdw);
            three("vpackuswb", false, Avx2Assembler::vpackuswb);
            three("vpsllvd", false, Avx2Assembler::vpsllvd);
            three("vaddps", true, Avx2Assembler::vaddps);
            three("vsubps", true, Avx2Assembler::vsubps);
            three("vdivps", true, Avx2Assembler::vdivps);
            three("vminps", true, Avx2Assembler::vminps);
            three("vmaxps", true, Avx2Assembler::vmaxps);
            three("vaddpd", true, Avx2Assembler::vaddpd);
            three("vfmadd231pd", true, Avx2Assembler::vfmadd231pd);
            three("vmulps", true, Avx2Assembler::vmulps);
            three("vfmadd213ps", true, Avx2Assembler::vfmadd213ps);
            three("vfmadd231ps", true, Avx2Assembler::vfmadd231ps);
            two("vpabsb", false, 1, Avx2Assembler::vpabsb);
            two("vcvtdq2ps", true, 1, Avx2Assembler::vcvtdq2ps);
            two("vcvtps2dq", false, 1, Avx2Assembler::vcvtps2dq);
            two("vcvtph2ps", true, 2, Avx2Assembler::vcvtph2ps);
            two("vpmovzxbd", false, 2, Avx2Assembler::vpmovzxbd);
            two("vpmovsxbd", false, 2, Avx2Assembler::vpmovsxbd);
            two("vcvtps2pd", true, 2, Avx2Assembler::vcvtps2pd);
            two("vpbroadcastd", false, 2, Avx2Assembler::vpbroadcastd);
            two("vpshufd", false, 1, (it, to, from) -> it.vpshufd(to, from, 0x4E));
            moves();
        }

        private VectorRegister any(int bits) {
            return new VectorRegister(bits, random.nextInt(AVX2_REGISTERS));
        }

        private void add(String name, boolean makesFloats, Consumer<Avx2Assembler> call) {
            all.add(new Avx2Instruction(name, makesFloats, call));
        }

        private void three(String name, boolean makesFloats, Avx2Three call) {
            for (int i = 0; i < 3; i++) {
                int bits = 128 << random.nextInt(2);
                VectorRegister to = any(bits);
                VectorRegister a = any(bits);
                VectorRegister b = any(bits);
                Address far = at(OPERAND).plus(random.nextInt(-64, 64) * 4);
                add(name, makesFloats, it -> call.emit(it, to, a, b));
                add(name + " memory", makesFloats, it -> call.emit(it, to, a, far));
            }
        }

        private void two(String name, boolean makesFloats, int times, Avx2Two call) {
            for (int i = 0; i < 3; i++) {
                int bits = 128 << random.nextInt(2);
                VectorRegister to = any(bits);
                VectorRegister from = any(Math.max(128, bits / times));
                Address far = at(OPERAND).plus(random.nextInt(-64, 64) * 4);
                add(name, makesFloats, it -> call.emit(it, to, from));
                add(name + " memory", makesFloats, it -> call.emit(it, to, far));
            }
        }

        private void moves() {
            VectorRegister to = any(256);
            VectorRegister from = any(256);
            VectorRegister mask = any(256);
            int bits = random.nextInt(32);
            int part = random.nextInt(2);
            Address far = at(OPERAND).plus(random.nextInt(-64, 64) * 4);
            add("vmovups load", false, it -> it.vmovups(to, far));
            add("vmovups store", false, it -> it.vmovups(far, from));
            add("vmovdqa", false, it -> it.vmovdqa(to, from));
            add("vmovdqa load", false, it -> it.vmovdqa(to, at(OPERAND).plus(32)));
            add("vmovdqa store", false, it -> it.vmovdqa(at(OPERAND).plus(-64), from));
            add("vmovss load", false, it -> it.vmovss(to.lower(128), far));
            add("vmovss store", false, it -> it.vmovss(far, from.lower(128)));
            add("vmaskmovps", false, it -> it.vmaskmovps(far, mask, from));
            add("vinserti128", false, it -> it.vinserti128(to, from, mask.lower(128), part));
            add("vinserti128 memory", false, it -> it.vinserti128(to, from, far, part));
            add("vextracti128", false, it -> it.vextracti128(to.lower(128), from, part));
            VectorRegister other = any(256);
            add("vblendvps", false, it -> it.vblendvps(to, from, other, mask));
            add("vblendvps memory", false, it -> it.vblendvps(to, from, far, mask));
            add("vpinsrb", false, it -> it.vpinsrb(to.lower(128), from.lower(128), far, bits / 2));
            add("vpinsrw", false, it -> it.vpinsrw(to.lower(128), from.lower(128), far, bits / 4));
            add("vpslld", false, it -> it.vpslld(to, from, bits));
            add("vpsrlw", false, it -> it.vpsrlw(to, from, bits % 16));
            add(
                    "vmovd",
                    false,
                    it -> {
                        it.vmovd(Gpr.R11, from.lower(128));
                        it.mov(at(OPERAND), Gpr.R11);
                        it.vmovd(to.lower(128), Gpr.R11);
                    });
            VectorRegister a = mask.lower(128);
            add("vmulss", true, it -> it.vmulss(to.lower(128), from.lower(128), a));
            add("vdivss", true, it -> it.vdivss(to.lower(128), from.lower(128), a));
        }
    }

    @Test
    void everyVectorInstructionDoesWhatThisProcessorDoes() throws Exception {
        requireVectors();
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES / 30; i++) {
            for (Instruction instruction : new Instructions(random).all) {
                compare(instruction, random, seed);
            }
        }
    }

    @Test
    void everyAvx2InstructionDoesWhatThisProcessorDoes() throws Exception {
        requireAvx2();
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES / 30; i++) {
            for (Avx2Instruction instruction : new Avx2Instructions(random).all) {
                compare(instruction, random, seed);
            }
        }
    }

    private static void compare(Avx2Instruction instruction, SplittableRandom random, long seed)
            throws Exception {
        Avx2Assembler code = new Avx2Assembler();
        for (int i = 0; i < AVX2_REGISTERS; i++) {
            code.vmovups(ymm(i), at(BEFORE).plus(i * 64));
        }
        instruction.call.accept(code);
        for (int i = 0; i < AVX2_REGISTERS; i++) {
            code.vmovups(at(AFTER).plus(i * 64), ymm(i));
        }
        code.vzeroupper();
        code.ret();
        compare(code.code(), instruction.name, instruction.makesFloats, random, seed);
    }

    private static void compare(Instruction instruction, SplittableRandom random, long seed)
            throws Exception {
        Assembler code = new Assembler();
        for (int i = 0; i < REGISTERS; i++) {
            code.vmovups(zmm(i), at(BEFORE).plus(i * 64));
        }
        instruction.call.accept(code);
        for (int i = 0; i < REGISTERS; i++) {
            code.vmovups(at(AFTER).plus(i * 64), zmm(i));
        }
        code.vzeroupper();
        code.ret();
        compare(code.code(), instruction.name, instruction.makesFloats, random, seed);
    }

    private static void compare(
            byte[] code, String name, boolean makesFloats, SplittableRandom random, long seed)
            throws Exception {
        int[] before = numbers(random, STATE_BYTES / 4);
        int[] operand = numbers(random, 1024 / 4);
        int[][] expected = run(code, before, operand, true);
        int[][] actual = run(code, before, operand, false);
        for (int part = 0; part < 2; part++) {
            for (int i = 0; i < expected[part].length; i++) {
                int wanted = expected[part][i];
                int found = actual[part][i];
                int upper = name.contains("pd") ? i | 1 : i;
                boolean areNaN =
                        makesFloats && isNaN(expected[part][upper]) && isNaN(actual[part][upper]);
                if (wanted != found && !areNaN) {
                    fail(
                            "%s: word %d of %s: %08x instead of %08x, seed %d",
                            name, i, part == 0 ? "the registers" : "memory", found, wanted, seed);
                }
            }
        }
    }

    private static boolean isNaN(int bits) {
        return Float.isNaN(Float.intBitsToFloat(bits));
    }

    private static int[] numbers(SplittableRandom random, int count) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] =
                    switch (random.nextInt(4)) {
                        case 0 -> EDGES[random.nextInt(EDGES.length)];
                        case 1 -> random.nextInt();
                        default -> Float.floatToRawIntBits(random.nextInt() * 0x1p-28f);
                    };
        }
        return numbers;
    }

    // Registers and memory afterwards.
    private static int[][] run(byte[] code, int[] before, int[] operand, boolean isNative)
            throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = copy(arena, before);
            MemorySegment memory = copy(arena, operand);
            MemorySegment after = arena.allocate(STATE_BYTES, 64);
            long middle = memory.address() + 512;
            if (isNative) {
                runNatively(code, state.address(), middle, after.address());
            } else {
                Interpreter interpreter = new Interpreter(code, before[0]);
                interpreter.allow(state.asReadOnly());
                interpreter.allow(memory);
                interpreter.allow(after);
                interpreter.call(state.address(), middle, after.address());
            }
            return new int[][] {
                after.toArray(ValueLayout.JAVA_INT), memory.toArray(ValueLayout.JAVA_INT)
            };
        }
    }

    private static MemorySegment copy(Arena arena, int[] numbers) {
        MemorySegment copy = arena.allocate(numbers.length * 4L, 64);
        MemorySegment.copy(numbers, 0, copy, ValueLayout.JAVA_INT, 0, numbers.length);
        return copy;
    }

    private static final MethodHandle CALL = callHandle();

    @SuppressWarnings("restricted") // code of our own
    private static MethodHandle callHandle() {
        return Linker.nativeLinker()
                .downcallHandle(
                        FunctionDescriptor.ofVoid(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG));
    }

    private static void runNatively(byte[] code, long first, long second, long third)
            throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sealed = CodeMemory.ofThisMachine().seal(code, arena);
            CALL.invokeExact(sealed, first, second, third);
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- General-purpose registers

    private static final List<Gpr> FREE =
            List.of(
                    Gpr.RAX, Gpr.RCX, Gpr.RBX, Gpr.RBP, Gpr.RSI, Gpr.R8, Gpr.R9, Gpr.R10, Gpr.R12,
                    Gpr.R13, Gpr.R14, Gpr.R15);
    private static final List<Gpr> SAVED = Gpr.CALLEE_SAVED;

    @Test
    void everyProgramOfGeneralPurposeRegistersDoesWhatThisProcessorDoes() throws Exception {
        requireAvx2();
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            byte[] code = program(random);
            int[] before = numbers(random, STATE_BYTES / 4);
            int[] memory = numbers(random, 1024 / 4);
            int[][] expected = run(code, before, memory, true);
            int[][] actual = run(code, before, memory, false);
            assertThat(actual).as("program %d, seed %d", i, seed).isDeepEqualTo(expected);
        }
    }

    private static byte[] program(SplittableRandom random) {
        Assembler code = new Assembler();
        SAVED.forEach(code::push);
        code.mov(Gpr.R11, OPERAND);
        for (int i = 0; i < FREE.size(); i++) {
            code.mov(FREE.get(i), at(BEFORE).plus(i * 8));
        }
        for (int i = 0; i < 40; i++) {
            Label over = new Label();
            code.cmp(any(random), any(random));
            change(code, random);
            if (random.nextBoolean()) {
                code.j(
                        switch (random.nextInt(8)) {
                            case 0 -> Condition.EQUAL;
                            case 1 -> Condition.NOT_EQUAL;
                            case 2 -> Condition.BELOW;
                            case 3 -> Condition.ABOVE_OR_EQUAL;
                            case 4 -> Condition.LESS;
                            case 5 -> Condition.GREATER;
                            case 6 -> Condition.BELOW_OR_EQUAL;
                            default -> Condition.NEGATIVE;
                        },
                        over);
                code.inc(any(random));
            }
            code.bind(over);
            move(code, random);
        }
        for (int i = 0; i < FREE.size(); i++) {
            code.mov(at(AFTER).plus(i * 8), FREE.get(i));
        }
        SAVED.reversed().forEach(code::pop);
        code.ret();
        return code.code();
    }

    private static Gpr any(SplittableRandom random) {
        return FREE.get(random.nextInt(FREE.size()));
    }

    // Leaves flags that a jump may ask for.
    private static void change(Assembler code, SplittableRandom random) {
        Gpr to = any(random);
        Gpr from = any(random);
        int number = random.nextBoolean() ? random.nextInt() : (byte) random.nextInt();
        switch (random.nextInt(12)) {
            case 0 -> code.add(to, from);
            case 1 -> code.sub(to, from);
            case 2 -> code.xor(to, from);
            case 3 -> code.add(to, number);
            case 4 -> code.sub(to, number);
            case 5 -> code.and(to, number);
            case 6 -> code.cmp(to, number);
            case 7 -> code.test(to, from);
            case 8 -> code.inc(to);
            case 9 -> code.dec(to);
            case 10 -> code.add(to, at(Gpr.R11).plus(random.nextInt(-60, 60) * 8));
            default -> code.cmp(to, from);
        }
    }

    private static void move(Assembler code, SplittableRandom random) {
        Gpr to = any(random);
        Gpr from = any(random);
        Address place = at(Gpr.R11).plus(random.nextInt(-60, 60) * 8);
        switch (random.nextInt(9)) {
            case 0 -> code.mov(to, from);
            case 1 -> code.mov(to, place);
            case 2 -> code.mov(place, from);
            case 3 -> code.mov(to, random.nextLong());
            case 4 -> code.lea(to, at(from).plus(any(random), 1 << random.nextInt(4)).plus(-77));
            case 5 -> code.imul(to, from);
            case 6 -> code.shl(to, random.nextInt(2, 64));
            case 7 -> code.shr(to, random.nextInt(2, 64));
            default -> code.prefetcht0(place);
        }
    }

    // ---- Strictness

    private static void assertRefused(String why, Consumer<Assembler> call, long... arguments) {
        Assembler code = new Assembler();
        call.accept(code);
        code.ret();
        assertThatThrownBy(() -> new Interpreter(code.code(), 1).call(arguments))
                .isInstanceOf(InvalidCodeException.class)
                .hasMessageContaining(why);
    }

    @Test
    void memoryThatWasNotAllowedIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64, 64);
            Assembler code = new Assembler();
            code.vmovups(zmm(16), at(Gpr.RDI).plus(4));
            code.ret();
            Interpreter interpreter = new Interpreter(code.code(), 1);
            interpreter.allow(memory);
            assertThatThrownBy(() -> interpreter.call(memory.address()))
                    .isInstanceOf(InvalidCodeException.class)
                    .hasMessageContaining("are not its own");

            Assembler store = new Assembler();
            store.mov(at(Gpr.RDI), Gpr.RAX);
            store.ret();
            Interpreter storing = new Interpreter(store.code(), 1);
            storing.allow(memory.asReadOnly());
            assertThatThrownBy(() -> storing.call(memory.address()))
                    .isInstanceOf(InvalidCodeException.class)
                    .hasMessageContaining("are only read");
        }
    }

    @Test
    void whatTheCallerKeepsIsKept() {
        assertRefused("rbx is not kept", it -> it.mov(Gpr.RBX, 1));
        assertRefused("the stack is not as it was", it -> it.push(Gpr.RAX));
        assertRefused("upper parts", it -> it.vpxord(zmm(1), zmm(16), zmm(17)));
    }

    @Test
    void undefinedFlagsAndUnknownInstructionsAreRefused() {
        Label label = new Label();
        assertRefused(
                "flags are undefined",
                it -> {
                    it.imul(Gpr.RAX, Gpr.RCX);
                    it.j(Condition.EQUAL, label);
                    it.bind(label);
                });
        assertRefused("unknown instruction", it -> it.vpmulld(zmm(1), zmm(2), zmm(3)));
    }

    @Test
    void tilesAreConfiguredFitAndAreReleased() {
        assertRefused("tmm0 is not configured", it -> it.tilezero(Tile.TMM0));
        try (Arena arena = Arena.ofConfined()) {
            byte[] right = new byte[64];
            right[0] = 1;
            for (int tile = 0; tile < 3; tile++) {
                right[16 + 2 * tile] = 32;
                right[48 + tile] = 8;
            }
            assertConfigured(arena, right, null, it -> it.tilerelease());
            assertConfigured(arena, right, "are not released", it -> {});
            assertConfigured(arena, right, "tmm3 is not configured", it -> it.tilezero(Tile.TMM3));
            assertConfigured(
                    arena,
                    with(right, 49, 7),
                    "tmm0 (8 x 32) += tmm1 (7 x 32)",
                    it -> it.tdpbssd(Tile.TMM0, Tile.TMM1, Tile.TMM2));
            assertConfigured(arena, with(right, 0, 2), "palette 2", it -> {});
            assertConfigured(arena, with(right, 48, 17), "tmm0", it -> {});
            assertConfigured(arena, with(right, 16, 65), "tmm0", it -> {});
            assertConfigured(arena, with(right, 40, 1), "byte 40", it -> {});
            assertConfigured(arena, with(right, 48, 0), "tmm0", it -> {});
        }
    }

    private static byte[] with(byte[] configuration, int at, int value) {
        byte[] changed = configuration.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static void assertConfigured(
            Arena arena, byte[] configuration, String why, Consumer<Assembler> call) {
        MemorySegment memory = arena.allocate(64, 64);
        MemorySegment.copy(configuration, 0, memory, ValueLayout.JAVA_BYTE, 0, 64);
        Assembler code = new Assembler();
        code.ldtilecfg(at(Gpr.RDI));
        call.accept(code);
        code.ret();
        Interpreter interpreter = new Interpreter(code.code(), 1);
        interpreter.allow(memory.asReadOnly());
        if (why == null) {
            interpreter.call(memory.address());
        } else {
            assertThatThrownBy(() -> interpreter.call(memory.address()))
                    .isInstanceOf(InvalidCodeException.class)
                    .hasMessageContaining(why);
        }
    }
}
