package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.xmm;
import static dev.talaria.inference.x86.VectorRegister.ymm;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Avx2Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.VectorRegister;

import java.util.function.IntConsumer;

/// The machine code of [Elementwise], for every processor with AVX2 and FMA: eight elements at a
/// time, those that are left over one by one in the lowest lane. What becomes of an element does
/// not depend on where it lies.
final class ElementwiseCode {

    private static final int VECTOR_BITS = 256;
    private static final int LANE_BITS = 128;
    private static final int LANES = VECTOR_BITS / Float.SIZE;
    private static final int FRAME_ALIGNMENT = 64;

    // What the stack holds, from its pointer on, of code that needs constants.
    private static final Address TABLE = at(Gpr.RSP);
    private static final Address COUNTS = TABLE.plus(Avx2Exponential.BYTES);
    private static final Address STACK = COUNTS.plus(Avx2Lanes.VECTOR);
    private static final int FRAME_BYTES = STACK.plus(Long.BYTES).displacement();

    private static final Gpr SCRATCH = Gpr.RAX;

    private final Avx2Assembler code = new Avx2Assembler();

    private ElementwiseCode() {}

    /// `x[i] += y[i]`. Arguments: x, its offset in bytes, y, its offset, how many.
    static byte[] addition() {
        ElementwiseCode addition = new ElementwiseCode();
        addition.add();
        return addition.code.code();
    }

    /// `gate[i] = silu(gate[i]) * up[i]`. Arguments: gate, its offset in bytes, up, its offset, how
    /// many.
    static byte[] gating() {
        ElementwiseCode gating = new ElementwiseCode();
        gating.gate();
        return gating.code.code();
    }

    /// Returns the sum of squares, in float64. Arguments: x, its offset in bytes, how many.
    static byte[] squares() {
        ElementwiseCode squares = new ElementwiseCode();
        squares.sumSquares();
        return squares.code.code();
    }

    /// `out[i] = x[i] * scale * weight[i]`. Arguments: x, its offset in bytes, weight, out, its
    /// offset, how many, the bits of the scale.
    static byte[] scaling() {
        ElementwiseCode scaling = new ElementwiseCode();
        scaling.scale();
        return scaling.code.code();
    }

    /// The body for vectors as long as there are eight elements, then for single ones.
    ///
    /// @param body emits what is done with as many elements as so many bits have, but for 128 with
    ///   one, and moves on
    private void loop(Gpr left, IntConsumer body) {
        Label next = new Label();
        Label rest = new Label();
        Label end = new Label();
        code.bind(next);
        code.cmp(left, LANES);
        code.j(Condition.BELOW, rest);
        body.accept(VECTOR_BITS);
        code.sub(left, LANES);
        code.jmp(next);
        code.bind(rest);
        code.test(left, left);
        code.j(Condition.EQUAL, end);
        body.accept(LANE_BITS);
        code.dec(left);
        code.jmp(rest);
        code.bind(end);
    }

    private static int bytes(int bits) {
        return bits == VECTOR_BITS ? Avx2Lanes.VECTOR : Float.BYTES;
    }

    private void load(VectorRegister to, Gpr from) {
        if (to.bits() == VECTOR_BITS) {
            code.vmovups(to, at(from));
        } else {
            code.vmovss(to, at(from));
        }
    }

    private void store(Gpr to, VectorRegister from) {
        if (from.bits() == VECTOR_BITS) {
            code.vmovups(at(to), from);
        } else {
            code.vmovss(at(to), from);
        }
    }

    private void leave() {
        code.vzeroupper();
        code.ret();
    }

    private void add() {
        Gpr x = Gpr.RDI;
        Gpr y = Gpr.RDX;
        code.add(x, Gpr.RSI);
        code.add(y, Gpr.RCX);
        loop(
                Gpr.R8,
                bits -> {
                    VectorRegister sum = new VectorRegister(bits, 0);
                    VectorRegister added = new VectorRegister(bits, 1);
                    load(sum, x);
                    load(added, y);
                    code.vaddps(sum, sum, added);
                    store(x, sum);
                    code.add(x, bytes(bits));
                    code.add(y, bytes(bits));
                });
        leave();
    }

    private void scale() {
        Gpr x = Gpr.RDI;
        Gpr weight = Gpr.RDX;
        Gpr out = Gpr.RCX;
        code.add(x, Gpr.RSI);
        code.add(out, Gpr.R8);
        VectorRegister scale = ymm(2);
        code.vpbroadcastd(scale, at(Gpr.RSP).plus(Long.BYTES));
        loop(
                Gpr.R9,
                bits -> {
                    VectorRegister product = new VectorRegister(bits, 0);
                    VectorRegister factor = new VectorRegister(bits, 1);
                    load(product, x);
                    load(factor, weight);
                    code.vmulps(product, product, scale.lower(bits));
                    code.vmulps(product, product, factor);
                    store(out, product);
                    code.add(x, bytes(bits));
                    code.add(weight, bytes(bits));
                    code.add(out, bytes(bits));
                });
        leave();
    }

    // Eight sums in the lanes of two registers, in the order of VectorKernels. What is left over is
    // added to the first, when the others have left its register.
    private void sumSquares() {
        Gpr x = Gpr.RDI;
        Gpr left = Gpr.RDX;
        code.add(x, Gpr.RSI);
        code.vpxor(ymm(0), ymm(0), ymm(0));
        code.vpxor(ymm(1), ymm(1), ymm(1));
        Label next = new Label();
        Label rest = new Label();
        Label single = new Label();
        Label end = new Label();
        code.bind(next);
        code.cmp(left, LANES);
        code.j(Condition.BELOW, rest);
        for (int half = 0; half < 2; half++) {
            VectorRegister numbers = ymm(2 + half);
            code.vcvtps2pd(numbers, at(x).plus(half * Avx2Lanes.VECTOR / 2));
            code.vfmadd231pd(ymm(half), numbers, numbers);
        }
        code.add(x, Avx2Lanes.VECTOR);
        code.sub(left, LANES);
        code.jmp(next);
        code.bind(rest);
        code.vextracti128(xmm(2), ymm(0), 1);
        code.vextracti128(xmm(3), ymm(1), 1);
        code.bind(single);
        code.test(left, left);
        code.j(Condition.EQUAL, end);
        code.vmovss(xmm(4), at(x));
        code.vcvtps2pd(xmm(4), xmm(4));
        code.vfmadd231pd(xmm(0), xmm(4), xmm(4));
        code.add(x, Float.BYTES);
        code.dec(left);
        code.jmp(single);
        code.bind(end);
        addPairs();
        leave();
    }

    // a + b + (c + d) + (e + f + (g + h)).
    private void addPairs() {
        for (int register : new int[] {0, 2, 1, 3}) {
            code.vpshufd(xmm(4), xmm(register), 0x4E);
            code.vaddpd(xmm(register), xmm(register), xmm(4));
        }
        code.vaddpd(xmm(0), xmm(0), xmm(2));
        code.vaddpd(xmm(1), xmm(1), xmm(3));
        code.vaddpd(xmm(0), xmm(0), xmm(1));
    }

    // silu(x) = x / (1 + e^-x). Below -87 it counts as that of -87, which is as good as zero; the
    // quotient of a lower number and the greatest exponential there is would not be.
    private void gate() {
        Gpr gate = Gpr.RDI;
        Gpr up = Gpr.RDX;
        Gpr left = Gpr.R8;
        code.add(gate, Gpr.RSI);
        code.add(up, Gpr.RCX);
        code.mov(SCRATCH, Gpr.RSP);
        code.sub(Gpr.RSP, FRAME_BYTES);
        code.and(Gpr.RSP, -FRAME_ALIGNMENT);
        code.mov(STACK, SCRATCH);
        Avx2Lanes lanes = new Avx2Lanes(code, COUNTS, SCRATCH);
        Avx2Exponential exponential = new Avx2Exponential(code, TABLE);
        exponential.prepare(lanes, ymm(0));
        VectorRegister sign = ymm(13);
        VectorRegister greatest = ymm(14);
        VectorRegister least = ymm(15);
        lanes.fill(sign, Integer.MIN_VALUE);
        lanes.fill(greatest, Float.floatToRawIntBits(Avx2Exponential.GREATEST));
        lanes.fill(least, Float.floatToRawIntBits(Avx2Exponential.LEAST));
        loop(
                left,
                bits -> {
                    VectorRegister number = new VectorRegister(bits, 0);
                    VectorRegister x = new VectorRegister(bits, 1);
                    VectorRegister divisor = new VectorRegister(bits, 2);
                    VectorRegister free = new VectorRegister(bits, 3);
                    load(number, gate);
                    code.vmaxps(number, least.lower(bits), number);
                    code.vminps(x, greatest.lower(bits), number);
                    code.vpxor(x, x, sign.lower(bits));
                    exponential.emit(x, divisor, least.lower(bits), free);
                    code.vaddps(divisor, divisor, exponential.one());
                    load(free, up);
                    code.vdivps(number, number, divisor);
                    code.vmulps(number, number, free);
                    store(gate, number);
                    code.add(gate, bytes(bits));
                    code.add(up, bytes(bits));
                });
        code.mov(Gpr.RSP, STACK);
        leave();
    }
}
