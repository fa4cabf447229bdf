package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.xmm;
import static dev.talaria.inference.x86.VectorRegister.zmm;

import dev.talaria.inference.x86.Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.VectorRegister;

import java.util.List;

/// The machine code that rounds a row of activations to eight bits, as [ByteRows] lays it down.
final class RoundingCode {

    static final int GREATEST = 127;
    static final int INFINITY_BITS = 0x7F80_0000;
    static final int NAN_BITS = 0x7FC0_0000;

    // Below, 127 divided by it could be infinite. Such numbers count as zero.
    static final int LEAST_BITS = Float.floatToRawIntBits(0x1p-118f);

    // Arguments, in the order of ByteProduct.
    private static final Gpr X = Gpr.RDI;
    private static final Gpr X_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    private static final Gpr NUMBERS = Gpr.RCX;
    private static final Gpr SCALES = Gpr.R8;
    private static final Gpr BLOCKS_LEFT = Gpr.R9;
    private static final List<Gpr> SAVED = List.of(Gpr.RBX, Gpr.RBP);

    // Bytes between blocks, and between what the rows of a tile have of one kind.
    private static final Gpr BLOCK_BYTES = Gpr.R10;
    private static final Gpr KIND_BYTES = Gpr.R11;
    private static final Gpr SUMS = Gpr.RAX;
    private static final Gpr SUMS_BYTES = Gpr.RBX;
    private static final Gpr THREE_KINDS = Gpr.RBP;
    private static final Gpr BITS = Gpr.RSI;
    private static final Gpr NUMBER = Gpr.RDX;

    private static final VectorRegister SIGNLESS = zmm(16);
    private static final VectorRegister PER_GREATEST = xmm(17);
    private static final VectorRegister GREATEST_FLOAT = xmm(18);
    private static final VectorRegister ZERO = zmm(19);
    private static final VectorRegister SCALE = xmm(4);
    private static final VectorRegister FACTOR = xmm(5);

    private final Assembler code = new Assembler();
    private final boolean withSums;

    private RoundingCode(boolean withSums) {
        this.withSums = withSums;
    }

    /// @param withSums whether the further sums are written too
    static byte[] of(boolean withSums) {
        RoundingCode rounding = new RoundingCode(withSums);
        rounding.emit();
        return rounding.code.code();
    }

    private void emit() {
        SAVED.forEach(code::push);
        readArguments();
        Label next = new Label();
        code.bind(next);
        code.vmovups(zmm(0), at(X));
        code.vmovups(zmm(1), at(X).plus(ByteMatrix.VECTOR_BYTES));
        greatest();
        chooseScale();
        round();
        sums();
        code.add(X, ByteForm.BLOCK_COLUMNS * Float.BYTES);
        code.add(NUMBERS, BLOCK_BYTES);
        code.add(SCALES, BLOCK_BYTES);
        code.add(SUMS, SUMS_BYTES);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, next);
        SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }

    private void readArguments() {
        code.add(X, X_OFFSET);
        code.add(NUMBERS, PACKED);
        code.add(SCALES, PACKED);
        int stack = (SAVED.size() + 1) * Long.BYTES;
        code.mov(BLOCK_BYTES, at(Gpr.RSP).plus(stack));
        code.mov(KIND_BYTES, at(Gpr.RSP).plus(stack + Long.BYTES));
        code.mov(SUMS, at(Gpr.RSP).plus(stack + 2 * Long.BYTES));
        code.mov(SUMS_BYTES, at(Gpr.RSP).plus(stack + 3 * Long.BYTES));
        code.add(SUMS, PACKED);
        code.lea(THREE_KINDS, at(KIND_BYTES).plus(KIND_BYTES, 2));
        code.mov(NUMBER, 0x7FFF_FFFF);
        code.vpbroadcastd(SIGNLESS, NUMBER);
        code.mov(NUMBER, Float.floatToRawIntBits(1f / GREATEST));
        code.vmovd(PER_GREATEST, NUMBER);
        code.mov(NUMBER, Float.floatToRawIntBits(GREATEST));
        code.vmovd(GREATEST_FLOAT, NUMBER);
        code.vpxord(ZERO, ZERO, ZERO);
    }

    // Without their signs, floats are in the order of their bits, and NaN above all.
    private void greatest() {
        code.vpandd(zmm(2), SIGNLESS, zmm(0));
        code.vpandd(zmm(3), SIGNLESS, zmm(1));
        code.vpmaxud(zmm(2), zmm(2), zmm(3));
        code.vextracti64x4(zmm(3).lower(256), zmm(2), 1);
        code.vpmaxud(zmm(2).lower(256), zmm(2).lower(256), zmm(3).lower(256));
        code.vextracti32x4(xmm(3), zmm(2).lower(256), 1);
        code.vpmaxud(xmm(2), xmm(2), xmm(3));
        code.vpshufd(xmm(3), xmm(2), 0x4E);
        code.vpmaxud(xmm(2), xmm(2), xmm(3));
        code.vpshufd(xmm(3), xmm(2), 0xB1);
        code.vpmaxud(xmm(2), xmm(2), xmm(3));
        code.vmovd(BITS, xmm(2));
    }

    private void chooseScale() {
        Label notFinite = new Label();
        Label nearZero = new Label();
        Label chosen = new Label();
        code.cmp(BITS, INFINITY_BITS);
        code.j(Condition.ABOVE_OR_EQUAL, notFinite);
        code.cmp(BITS, LEAST_BITS);
        code.j(Condition.BELOW, nearZero);
        code.vmulss(SCALE, xmm(2), PER_GREATEST);
        code.vdivss(FACTOR, GREATEST_FLOAT, xmm(2));
        code.jmp(chosen);
        code.bind(notFinite);
        code.mov(NUMBER, NAN_BITS);
        code.vmovd(SCALE, NUMBER);
        code.vmovdqa32(FACTOR, ZERO.lower(128));
        code.jmp(chosen);
        code.bind(nearZero);
        code.vmovdqa32(SCALE, ZERO.lower(128));
        code.vmovdqa32(FACTOR, ZERO.lower(128));
        code.bind(chosen);
        code.vmovss(at(SCALES), SCALE);
    }

    private void round() {
        code.vpbroadcastd(zmm(6), FACTOR);
        code.vmulps(zmm(0), zmm(0), zmm(6));
        code.vmulps(zmm(1), zmm(1), zmm(6));
        code.vcvtps2dq(zmm(0), zmm(0));
        code.vcvtps2dq(zmm(1), zmm(1));
        code.vpmovdb(at(NUMBERS), zmm(0));
        code.vpmovdb(at(NUMBERS).plus(ByteForm.BLOCK_COLUMNS / 2), zmm(1));
    }

    private void sums() {
        if (withSums) {
            addUp(0);
            addUp(1);
            code.vpaddd(xmm(2), xmm(0), xmm(1));
            furtherSums();
        } else {
            code.vpaddd(zmm(0), zmm(0), zmm(1));
            addUp(0);
            code.vmovdqa32(xmm(2), xmm(0));
        }
        code.vpsubd(xmm(3), ZERO.lower(128), xmm(2));
        code.vmovss(at(SCALES).plus(KIND_BYTES, 1), xmm(3));
    }

    private void addUp(int register) {
        VectorRegister all = zmm(register);
        VectorRegister half = all.lower(256);
        VectorRegister quarter = all.lower(128);
        code.vextracti64x4(zmm(7).lower(256), all, 1);
        code.vpaddd(half, half, zmm(7).lower(256));
        code.vextracti32x4(xmm(7), half, 1);
        code.vpaddd(quarter, quarter, xmm(7));
        code.vpshufd(xmm(7), quarter, 0x4E);
        code.vpaddd(quarter, quarter, xmm(7));
        code.vpshufd(xmm(7), quarter, 0xB1);
        code.vpaddd(quarter, quarter, xmm(7));
    }

    private void furtherSums() {
        code.vcvtdq2ps(xmm(3), xmm(2));
        code.vmulss(xmm(3), xmm(3), SCALE);
        code.vmovss(at(SUMS), xmm(3));
        code.vpsubd(xmm(3), ZERO.lower(128), xmm(0));
        code.vmovss(at(SUMS).plus(KIND_BYTES, 1), xmm(3));
        code.vpsubd(xmm(3), ZERO.lower(128), xmm(1));
        code.vmovss(at(SUMS).plus(KIND_BYTES, 2), xmm(3));
        code.vcvtdq2ps(xmm(0), xmm(0));
        code.vmulss(xmm(0), xmm(0), SCALE);
        code.vmovss(at(SUMS).plus(THREE_KINDS, 1), xmm(0));
        code.vcvtdq2ps(xmm(1), xmm(1));
        code.vmulss(xmm(1), xmm(1), SCALE);
        code.vmovss(at(SUMS).plus(KIND_BYTES, 4), xmm(1));
    }
}
