package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.xmm;
import static dev.talaria.inference.x86.VectorRegister.ymm;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Avx2Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.VectorRegister;

/// What [RoundingCode] does, with its arguments and bit for bit, for processors with AVX2.
///
/// Four registers have the first sixteen columns in their lower halves and the others in their
/// upper ones: then bytes that are packed within halves are in their order, and so are sums of
/// sixteen.
final class Avx2RoundingCode {

    private static final int PARTS = 4;
    private static final int PART_BYTES = 16;
    private static final int HALF_BYTES = PARTS * PART_BYTES;

    private static final VectorRegister FACTORS = ymm(8);
    private static final VectorRegister LOWEST_BYTES = ymm(10);
    private static final VectorRegister SIGNLESS = ymm(11);
    private static final VectorRegister PER_GREATEST = xmm(12);
    private static final VectorRegister GREATEST_FLOAT = xmm(13);
    private static final VectorRegister ZERO = xmm(14);
    private static final VectorRegister SCALE = xmm(15);

    private final Avx2Assembler code = new Avx2Assembler();
    private final RoundingLoop loop = new RoundingLoop(code);
    private final boolean withSums;

    private Avx2RoundingCode(boolean withSums) {
        this.withSums = withSums;
    }

    /// @param withSums whether the further sums are written too
    static byte[] of(boolean withSums) {
        Avx2RoundingCode rounding = new Avx2RoundingCode(withSums);
        rounding.emit();
        return rounding.code.code();
    }

    private void emit() {
        loop.enter();
        setConstants();
        loop.begin();
        for (int part = 0; part < PARTS; part++) {
            Address columns = at(RoundingLoop.X).plus(part * PART_BYTES);
            code.vmovups(xmm(part), columns);
            code.vinserti128(ymm(part), ymm(part), columns.plus(HALF_BYTES), 1);
        }
        greatest();
        chooseScale();
        round();
        sums();
        loop.end();
    }

    private void setConstants() {
        set(SIGNLESS.lower(128), 0x7FFF_FFFF);
        code.vpbroadcastd(SIGNLESS, SIGNLESS.lower(128));
        set(LOWEST_BYTES.lower(128), 0xFF);
        code.vpbroadcastd(LOWEST_BYTES, LOWEST_BYTES.lower(128));
        set(PER_GREATEST, Float.floatToRawIntBits(1f / RoundingLoop.GREATEST));
        set(GREATEST_FLOAT, Float.floatToRawIntBits(RoundingLoop.GREATEST));
        code.vpxor(ZERO, ZERO, ZERO);
    }

    private void set(VectorRegister to, int value) {
        code.mov(RoundingLoop.NUMBER, value);
        code.vmovd(to, RoundingLoop.NUMBER);
    }

    // Without their signs, floats are in the order of their bits, and NaN above all.
    private void greatest() {
        for (int part = 0; part < PARTS; part++) {
            code.vpand(ymm(4 + part), SIGNLESS, ymm(part));
        }
        code.vpmaxud(ymm(4), ymm(4), ymm(5));
        code.vpmaxud(ymm(6), ymm(6), ymm(7));
        code.vpmaxud(ymm(4), ymm(4), ymm(6));
        code.vextracti128(xmm(5), ymm(4), 1);
        code.vpmaxud(xmm(4), xmm(4), xmm(5));
        code.vpshufd(xmm(5), xmm(4), 0x4E);
        code.vpmaxud(xmm(4), xmm(4), xmm(5));
        code.vpshufd(xmm(5), xmm(4), 0xB1);
        code.vpmaxud(xmm(4), xmm(4), xmm(5));
        code.vmovd(RoundingLoop.BITS, xmm(4));
    }

    private void chooseScale() {
        VectorRegister factor = FACTORS.lower(128);
        Label notFinite = new Label();
        Label nearZero = new Label();
        Label chosen = new Label();
        code.cmp(RoundingLoop.BITS, RoundingLoop.INFINITY_BITS);
        code.j(Condition.ABOVE_OR_EQUAL, notFinite);
        code.cmp(RoundingLoop.BITS, RoundingLoop.LEAST_BITS);
        code.j(Condition.BELOW, nearZero);
        code.vmulss(SCALE, xmm(4), PER_GREATEST);
        code.vdivss(factor, GREATEST_FLOAT, xmm(4));
        code.jmp(chosen);
        code.bind(notFinite);
        set(SCALE, RoundingLoop.NAN_BITS);
        code.vmovdqa(factor, ZERO);
        code.jmp(chosen);
        code.bind(nearZero);
        code.vmovdqa(SCALE, ZERO);
        code.vmovdqa(factor, ZERO);
        code.bind(chosen);
        code.vmovss(at(RoundingLoop.SCALES), SCALE);
    }

    // The lowest byte of every number, also of what no number was made of.
    private void round() {
        code.vpbroadcastd(FACTORS, FACTORS.lower(128));
        for (int part = 0; part < PARTS; part++) {
            code.vmulps(ymm(part), ymm(part), FACTORS);
            code.vcvtps2dq(ymm(part), ymm(part));
            code.vpand(ymm(4 + part), LOWEST_BYTES, ymm(part));
        }
        code.vpackusdw(ymm(4), ymm(4), ymm(5));
        code.vpackusdw(ymm(6), ymm(6), ymm(7));
        code.vpackuswb(ymm(4), ymm(4), ymm(6));
        code.vmovups(at(RoundingLoop.NUMBERS), ymm(4));
    }

    // Of the first sixteen numbers, of the others, of all.
    private void sums() {
        code.vpaddd(ymm(0), ymm(0), ymm(1));
        code.vpaddd(ymm(2), ymm(2), ymm(3));
        code.vpaddd(ymm(0), ymm(0), ymm(2));
        code.vpshufd(ymm(7), ymm(0), 0x4E);
        code.vpaddd(ymm(0), ymm(0), ymm(7));
        code.vpshufd(ymm(7), ymm(0), 0xB1);
        code.vpaddd(ymm(0), ymm(0), ymm(7));
        code.vextracti128(xmm(1), ymm(0), 1);
        code.vpaddd(xmm(2), xmm(0), xmm(1));
        code.vpsubd(xmm(3), ZERO, xmm(2));
        code.vmovss(at(RoundingLoop.SCALES).plus(RoundingLoop.KIND_BYTES, 1), xmm(3));
        if (withSums) {
            furtherSums();
        }
    }

    private void furtherSums() {
        code.vpsubd(xmm(3), ZERO, xmm(0));
        code.vmovss(at(RoundingLoop.SUMS).plus(RoundingLoop.KIND_BYTES, 1), xmm(3));
        code.vpsubd(xmm(3), ZERO, xmm(1));
        code.vmovss(at(RoundingLoop.SUMS).plus(RoundingLoop.KIND_BYTES, 2), xmm(3));
        storeScaled(xmm(2), at(RoundingLoop.SUMS));
        storeScaled(xmm(0), at(RoundingLoop.SUMS).plus(RoundingLoop.THREE_KINDS, 1));
        storeScaled(xmm(1), at(RoundingLoop.SUMS).plus(RoundingLoop.KIND_BYTES, 4));
    }

    private void storeScaled(VectorRegister sum, Address to) {
        code.vcvtdq2ps(sum, sum);
        code.vmulss(sum, sum, SCALE);
        code.vmovss(to, sum);
    }
}
