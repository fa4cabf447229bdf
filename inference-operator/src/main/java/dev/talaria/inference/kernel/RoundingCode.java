package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.xmm;
import static dev.talaria.inference.x86.VectorRegister.zmm;

import dev.talaria.inference.x86.Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.VectorRegister;

/// The machine code that rounds a row of activations to eight bits, as [ByteRows] lays it down.
final class RoundingCode {

    private static final VectorRegister SIGNLESS = zmm(16);
    private static final VectorRegister PER_GREATEST = xmm(17);
    private static final VectorRegister GREATEST_FLOAT = xmm(18);
    private static final VectorRegister ZERO = zmm(19);
    private static final VectorRegister SCALE = xmm(4);
    private static final VectorRegister FACTOR = xmm(5);

    private final Assembler code = new Assembler();
    private final RoundingLoop loop = new RoundingLoop(code);
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
        loop.enter();
        setConstants();
        loop.begin();
        code.vmovups(zmm(0), at(RoundingLoop.X));
        code.vmovups(zmm(1), at(RoundingLoop.X).plus(ByteMatrix.VECTOR_BYTES));
        greatest();
        chooseScale();
        round();
        sums();
        loop.end();
    }

    private void setConstants() {
        code.mov(RoundingLoop.NUMBER, 0x7FFF_FFFF);
        code.vpbroadcastd(SIGNLESS, RoundingLoop.NUMBER);
        code.mov(RoundingLoop.NUMBER, Float.floatToRawIntBits(1f / RoundingLoop.GREATEST));
        code.vmovd(PER_GREATEST, RoundingLoop.NUMBER);
        code.mov(RoundingLoop.NUMBER, Float.floatToRawIntBits(RoundingLoop.GREATEST));
        code.vmovd(GREATEST_FLOAT, RoundingLoop.NUMBER);
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
        code.vmovd(RoundingLoop.BITS, xmm(2));
    }

    private void chooseScale() {
        Label notFinite = new Label();
        Label nearZero = new Label();
        Label chosen = new Label();
        code.cmp(RoundingLoop.BITS, RoundingLoop.INFINITY_BITS);
        code.j(Condition.ABOVE_OR_EQUAL, notFinite);
        code.cmp(RoundingLoop.BITS, RoundingLoop.LEAST_BITS);
        code.j(Condition.BELOW, nearZero);
        code.vmulss(SCALE, xmm(2), PER_GREATEST);
        code.vdivss(FACTOR, GREATEST_FLOAT, xmm(2));
        code.jmp(chosen);
        code.bind(notFinite);
        code.mov(RoundingLoop.NUMBER, RoundingLoop.NAN_BITS);
        code.vmovd(SCALE, RoundingLoop.NUMBER);
        code.vmovdqa32(FACTOR, ZERO.lower(128));
        code.jmp(chosen);
        code.bind(nearZero);
        code.vmovdqa32(SCALE, ZERO.lower(128));
        code.vmovdqa32(FACTOR, ZERO.lower(128));
        code.bind(chosen);
        code.vmovss(at(RoundingLoop.SCALES), SCALE);
    }

    private void round() {
        code.vpbroadcastd(zmm(6), FACTOR);
        code.vmulps(zmm(0), zmm(0), zmm(6));
        code.vmulps(zmm(1), zmm(1), zmm(6));
        code.vcvtps2dq(zmm(0), zmm(0));
        code.vcvtps2dq(zmm(1), zmm(1));
        code.vpmovdb(at(RoundingLoop.NUMBERS), zmm(0));
        code.vpmovdb(at(RoundingLoop.NUMBERS).plus(ByteForm.BLOCK_COLUMNS / 2), zmm(1));
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
        code.vmovss(at(RoundingLoop.SCALES).plus(RoundingLoop.KIND_BYTES, 1), xmm(3));
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
        code.vmovss(at(RoundingLoop.SUMS), xmm(3));
        code.vpsubd(xmm(3), ZERO.lower(128), xmm(0));
        code.vmovss(at(RoundingLoop.SUMS).plus(RoundingLoop.KIND_BYTES, 1), xmm(3));
        code.vpsubd(xmm(3), ZERO.lower(128), xmm(1));
        code.vmovss(at(RoundingLoop.SUMS).plus(RoundingLoop.KIND_BYTES, 2), xmm(3));
        code.vcvtdq2ps(xmm(0), xmm(0));
        code.vmulss(xmm(0), xmm(0), SCALE);
        code.vmovss(at(RoundingLoop.SUMS).plus(RoundingLoop.THREE_KINDS, 1), xmm(0));
        code.vcvtdq2ps(xmm(1), xmm(1));
        code.vmulss(xmm(1), xmm(1), SCALE);
        code.vmovss(at(RoundingLoop.SUMS).plus(RoundingLoop.KIND_BYTES, 4), xmm(1));
    }
}
