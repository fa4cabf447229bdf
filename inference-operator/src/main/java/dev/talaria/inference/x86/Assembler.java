package dev.talaria.inference.x86;

import static dev.talaria.inference.x86.VectorOpcode.Memory.BYTES_16;
import static dev.talaria.inference.x86.VectorOpcode.Memory.BYTES_32;
import static dev.talaria.inference.x86.VectorOpcode.Memory.BYTES_4;
import static dev.talaria.inference.x86.VectorOpcode.Memory.FULL;
import static dev.talaria.inference.x86.VectorOpcode.Memory.HALF;
import static dev.talaria.inference.x86.VectorOpcode.Memory.QUARTER;
import static dev.talaria.inference.x86.VectorOpcode.Memory.VECTOR;
import static dev.talaria.inference.x86.VectorOpcode.NONE;
import static dev.talaria.inference.x86.VectorOpcode.P66;
import static dev.talaria.inference.x86.VectorOpcode.PF2;
import static dev.talaria.inference.x86.VectorOpcode.PF3;
import static dev.talaria.inference.x86.VectorOpcode.of0F;
import static dev.talaria.inference.x86.VectorOpcode.of0F38;
import static dev.talaria.inference.x86.VectorOpcode.of0F3A;

/// Turns instructions into machine code for x86-64 with AVX-512 and AMX.
///
/// Vector instructions are encoded as AVX-512 has them (EVEX), whatever their width. Registers of
/// one instruction have one width, unless it says otherwise.
public final class Assembler extends GeneralAssembler {

    private static final int NO_REGISTER = 0;

    private static final VectorOpcode VMOVUPS_LOAD = of0F(NONE, 0x10, VECTOR);
    private static final VectorOpcode VMOVUPS_STORE = of0F(NONE, 0x11, VECTOR);
    private static final VectorOpcode VMOVDQA32_LOAD = of0F(P66, 0x6F, VECTOR);
    private static final VectorOpcode VMOVDQA32_STORE = of0F(P66, 0x7F, VECTOR);
    private static final VectorOpcode VMOVSS_LOAD = of0F(PF3, 0x10, BYTES_4);
    private static final VectorOpcode VMOVSS_STORE = of0F(PF3, 0x11, BYTES_4);
    private static final VectorOpcode VMOVD_TO_VECTOR = of0F(P66, 0x6E, BYTES_4);
    private static final VectorOpcode VMOVD_TO_GPR = of0F(P66, 0x7E, BYTES_4);
    private static final VectorOpcode VPBROADCASTD = of0F38(P66, 0x58, BYTES_4);
    private static final VectorOpcode VPBROADCASTD_GPR = of0F38(P66, 0x7C, BYTES_4);
    private static final VectorOpcode VBROADCASTI32X4 = of0F38(P66, 0x5A, BYTES_16);
    private static final VectorOpcode VEXTRACTI32X4 = of0F3A(P66, 0x39, BYTES_16);
    private static final VectorOpcode VEXTRACTI64X4 = of0F3A(P66, 0x3B, BYTES_32).wide64();
    private static final VectorOpcode VPMOVDB = of0F38(PF3, 0x31, QUARTER);
    private static final VectorOpcode VPSHUFD = of0F(P66, 0x70, FULL);
    private static final VectorOpcode VSHUFI32X4 = of0F3A(P66, 0x43, FULL);
    private static final VectorOpcode VPTERNLOGD = of0F3A(P66, 0x25, FULL);
    private static final VectorOpcode VDIVSS = of0F(PF3, 0x5E, BYTES_4);
    private static final VectorOpcode VMULSS = of0F(PF3, 0x59, BYTES_4);
    private static final VectorOpcode VCVTNEPS2BF16 = of0F38(PF3, 0x72, FULL);
    private static final VectorOpcode VPADDD = of0F(P66, 0xFE, FULL);
    private static final VectorOpcode VPSUBD = of0F(P66, 0xFA, FULL);
    private static final VectorOpcode VPSUBB = of0F(P66, 0xF8, VECTOR);
    private static final VectorOpcode VPMULLD = of0F38(P66, 0x40, FULL);
    private static final VectorOpcode VPMAXUD = of0F38(P66, 0x3F, FULL);
    private static final VectorOpcode VPMINUD = of0F38(P66, 0x3B, FULL);
    private static final VectorOpcode VPANDD = of0F(P66, 0xDB, FULL);
    private static final VectorOpcode VPANDND = of0F(P66, 0xDF, FULL);
    private static final VectorOpcode VPORD = of0F(P66, 0xEB, FULL);
    private static final VectorOpcode VPXORD = of0F(P66, 0xEF, FULL);
    private static final VectorOpcode VPSRLVD = of0F38(P66, 0x45, FULL);
    private static final VectorOpcode VPSLLVD = of0F38(P66, 0x47, FULL);
    private static final VectorOpcode VPSHUFB = of0F38(P66, 0x00, VECTOR);
    private static final VectorOpcode VPERMD = of0F38(P66, 0x36, FULL);
    private static final VectorOpcode VPERMB = of0F38(P66, 0x8D, VECTOR);
    private static final VectorOpcode VPERMW = of0F38(P66, 0x8D, VECTOR).wide64();
    private static final VectorOpcode VPUNPCKLDQ = of0F(P66, 0x62, FULL);
    private static final VectorOpcode VPUNPCKHDQ = of0F(P66, 0x6A, FULL);
    private static final VectorOpcode VADDPS = of0F(NONE, 0x58, FULL);
    private static final VectorOpcode VSUBPS = of0F(NONE, 0x5C, FULL);
    private static final VectorOpcode VMULPS = of0F(NONE, 0x59, FULL);
    private static final VectorOpcode VDIVPS = of0F(NONE, 0x5E, FULL);
    private static final VectorOpcode VMINPS = of0F(NONE, 0x5D, FULL);
    private static final VectorOpcode VMAXPS = of0F(NONE, 0x5F, FULL);
    private static final VectorOpcode VFMADD231PS = of0F38(P66, 0xB8, FULL);
    private static final VectorOpcode VFMADD213PS = of0F38(P66, 0xA8, FULL);
    private static final VectorOpcode VFNMADD231PS = of0F38(P66, 0xBC, FULL);
    private static final VectorOpcode VPDPBUSD = of0F38(P66, 0x50, FULL);
    private static final VectorOpcode VPDPWSSD = of0F38(P66, 0x52, FULL);
    private static final VectorOpcode VDPBF16PS = of0F38(PF3, 0x52, FULL);
    private static final VectorOpcode VCVTNE2PS2BF16 = of0F38(PF2, 0x72, FULL);
    private static final VectorOpcode VCVTDQ2PS = of0F(NONE, 0x5B, FULL);
    private static final VectorOpcode VCVTPS2DQ = of0F(P66, 0x5B, FULL);
    private static final VectorOpcode VPABSD = of0F38(P66, 0x1E, FULL);
    private static final VectorOpcode VCVTPH2PS = of0F38(P66, 0x13, HALF);
    private static final VectorOpcode VPMOVZXWD = of0F38(P66, 0x33, HALF);
    private static final VectorOpcode VPMOVSXWD = of0F38(P66, 0x23, HALF);
    private static final VectorOpcode VPMOVZXBD = of0F38(P66, 0x31, QUARTER);
    private static final VectorOpcode VPMOVSXBD = of0F38(P66, 0x21, QUARTER);
    private static final VectorOpcode VPSLLD = of0F(P66, 0x72, FULL);
    private static final VectorOpcode VPSRLD = of0F(P66, 0x72, FULL);
    private static final VectorOpcode VPSRAD = of0F(P66, 0x72, FULL);
    private static final VectorOpcode VPSRLW = of0F(P66, 0x71, VECTOR);
    private static final VectorOpcode VPSLLW = of0F(P66, 0x71, VECTOR);

    // ---- Moves

    /// Sixteen floats, or fewer, from any address.
    public void vmovups(VectorRegister to, Address from) {
        load(VMOVUPS_LOAD, to, from, Opmask.K0, 0);
    }

    public void vmovups(Address to, VectorRegister from) {
        load(VMOVUPS_STORE, from, to, Opmask.K0, 0);
    }

    /// Reads the lanes of the mask only; the others become zero, and their memory need not exist.
    public void vmovups(VectorRegister to, Opmask mask, Address from) {
        load(VMOVUPS_LOAD, to, from, requireWriteMask(mask), Encoder.ZEROING);
    }

    /// Writes the lanes of the mask only; the memory of the others need not exist.
    public void vmovups(Address to, Opmask mask, VectorRegister from) {
        load(VMOVUPS_STORE, from, to, requireWriteMask(mask), 0);
    }

    /// From an address that is a multiple of the register's bytes.
    public void vmovdqa32(VectorRegister to, Address from) {
        load(VMOVDQA32_LOAD, to, from, Opmask.K0, 0);
    }

    /// To an address that is a multiple of the register's bytes.
    public void vmovdqa32(Address to, VectorRegister from) {
        load(VMOVDQA32_STORE, from, to, Opmask.K0, 0);
    }

    public void vmovdqa32(VectorRegister to, VectorRegister from) {
        two(VMOVDQA32_LOAD, to, from);
    }

    /// Writes the lanes of the mask only; the others stay what they were.
    public void vmovdqa32(VectorRegister to, Opmask mask, VectorRegister from) {
        encoder.evex(
                VMOVDQA32_LOAD,
                to.bits(),
                to.number(),
                NO_REGISTER,
                requireBits(from, to.bits()).number(),
                requireWriteMask(mask));
    }

    public void vmovss(VectorRegister to, Address from) {
        load(VMOVSS_LOAD, requireBits(to, 128), from, Opmask.K0, 0);
    }

    public void vmovss(Address to, VectorRegister from) {
        load(VMOVSS_STORE, requireBits(from, 128), to, Opmask.K0, 0);
    }

    /// The lower 32 bits of a register.
    public void vmovd(VectorRegister to, Gpr from) {
        encoder.evex(
                VMOVD_TO_VECTOR, 128, requireBits(to, 128).number(), NO_REGISTER, from.ordinal());
    }

    /// The lowest lane; the upper half of the register becomes zero.
    public void vmovd(Gpr to, VectorRegister from) {
        encoder.evex(VMOVD_TO_GPR, 128, requireBits(from, 128).number(), NO_REGISTER, to.ordinal());
    }

    /// Four bytes into every lane.
    public void vpbroadcastd(VectorRegister to, Address from) {
        load(VPBROADCASTD, to, from, Opmask.K0, 0);
    }

    /// The lowest lane into every lane.
    ///
    /// @param from 128 bits
    public void vpbroadcastd(VectorRegister to, VectorRegister from) {
        encoder.evex(
                VPBROADCASTD, to.bits(), to.number(), NO_REGISTER, requireBits(from, 128).number());
    }

    /// The lower 32 bits of a register into every lane.
    public void vpbroadcastd(VectorRegister to, Gpr from) {
        encoder.evex(VPBROADCASTD_GPR, to.bits(), to.number(), NO_REGISTER, from.ordinal());
    }

    /// Sixteen bytes into every 128 bits of 256 or 512.
    public void vbroadcasti32x4(VectorRegister to, Address from) {
        requireNotBits(to, 128);
        load(VBROADCASTI32X4, to, from, Opmask.K0, 0);
    }

    /// 128 bits of 256 or 512.
    public void vextracti32x4(VectorRegister to, VectorRegister from, int part) {
        requireNotBits(from, 128);
        requireRange(part, 0, from.bits() / 128 - 1);
        encoder.evex(
                VEXTRACTI32X4,
                from.bits(),
                from.number(),
                NO_REGISTER,
                requireBits(to, 128).number());
        encoder.emit(part);
    }

    /// 256 bits of 512.
    public void vextracti64x4(VectorRegister to, VectorRegister from, int part) {
        requireRange(part, 0, 1);
        encoder.evex(
                VEXTRACTI64X4,
                512,
                requireBits(from, 512).number(),
                NO_REGISTER,
                requireBits(to, 256).number());
        encoder.emit(part);
    }

    /// The lowest byte of every 32-bit lane.
    public void vpmovdb(Address to, VectorRegister from) {
        load(VPMOVDB, from, to, Opmask.K0, 0);
    }

    /// The lower half of a register into a mask.
    public void kmovd(Opmask to, Gpr from) {
        encoder.vex(1, PF2, false, 0, to.ordinal(), 0, from.ordinal());
        encoder.emit(0x92);
        encoder.modRm(to.ordinal(), from.ordinal());
    }

    // ---- Lanes

    /// 32-bit lanes within 128 bits, each number two bits of the order.
    public void vpshufd(VectorRegister to, Operand from, int order) {
        two(VPSHUFD, to, from);
        encoder.emit(order);
    }

    /// 128-bit parts: the lower ones of `a`, the upper ones of `b`.
    public void vshufi32x4(VectorRegister to, VectorRegister a, Operand b, int order) {
        requireNotBits(to, 128);
        three(VSHUFI32X4, to, a, b);
        encoder.emit(order);
    }

    /// Any function of three bits: bit `4 * to + 2 * a + b` of the table.
    public void vpternlogd(VectorRegister to, VectorRegister a, Operand b, int table) {
        three(VPTERNLOGD, to, a, b);
        encoder.emit(table);
    }

    /// The lowest lane, a float: `to = a / b`.
    public void vdivss(VectorRegister to, VectorRegister a, VectorRegister b) {
        three(VDIVSS, requireBits(to, 128), a, b);
    }

    /// The lowest lane, a float: `to = a * b`.
    public void vmulss(VectorRegister to, VectorRegister a, VectorRegister b) {
        three(VMULSS, requireBits(to, 128), a, b);
    }

    /// Rounds floats to bfloat16.
    ///
    /// @param to half as wide, but no less than 128 bits
    public void vcvtneps2bf16(VectorRegister to, VectorRegister from) {
        requireBits(to, Math.max(128, from.bits() / 2));
        encoder.evex(VCVTNEPS2BF16, from.bits(), to.number(), NO_REGISTER, from.number());
    }

    /// `to[i] = a[i] + b[i]`, 32-bit integers.
    public void vpaddd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPADDD, to, a, b);
    }

    /// `to[i] = a[i] - b[i]`, 32-bit integers.
    public void vpsubd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPSUBD, to, a, b);
    }

    /// `to[i] = a[i] - b[i]`, bytes.
    public void vpsubb(VectorRegister to, VectorRegister a, Operand b) {
        three(VPSUBB, to, a, b);
    }

    /// `to[i] = a[i] * b[i]`, 32-bit integers, the lower half of the product.
    public void vpmulld(VectorRegister to, VectorRegister a, Operand b) {
        three(VPMULLD, to, a, b);
    }

    /// The greater of two unsigned 32-bit integers.
    public void vpmaxud(VectorRegister to, VectorRegister a, Operand b) {
        three(VPMAXUD, to, a, b);
    }

    /// The lesser of two unsigned 32-bit integers.
    public void vpminud(VectorRegister to, VectorRegister a, Operand b) {
        three(VPMINUD, to, a, b);
    }

    /// `to = a & b`.
    public void vpandd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPANDD, to, a, b);
    }

    /// `to = ~a & b`.
    public void vpandnd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPANDND, to, a, b);
    }

    /// `to = a | b`.
    public void vpord(VectorRegister to, VectorRegister a, Operand b) {
        three(VPORD, to, a, b);
    }

    /// `to = a ^ b`.
    public void vpxord(VectorRegister to, VectorRegister a, Operand b) {
        three(VPXORD, to, a, b);
    }

    /// Shifts 32-bit lanes of `a` right by the lanes of `b`.
    public void vpsrlvd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPSRLVD, to, a, b);
    }

    /// Shifts 32-bit lanes of `a` left by the lanes of `b`.
    public void vpsllvd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPSLLVD, to, a, b);
    }

    /// Takes bytes of `a` within 128 bits, as the bytes of `b` number them.
    public void vpshufb(VectorRegister to, VectorRegister a, Operand b) {
        three(VPSHUFB, to, a, b);
    }

    /// Takes 32-bit lanes of `b`, as the lanes of `a` number them; 256 or 512 bits.
    public void vpermd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPERMD, to, a, b);
    }

    /// Takes bytes of `b`, as the bytes of `a` number them.
    public void vpermb(VectorRegister to, VectorRegister a, Operand b) {
        three(VPERMB, to, a, b);
    }

    /// Takes 16-bit numbers of `b`, as those of `a` number them.
    public void vpermw(VectorRegister to, VectorRegister a, Operand b) {
        three(VPERMW, to, a, b);
    }

    /// Interleaves the lower 32-bit lanes of every 128 bits.
    public void vpunpckldq(VectorRegister to, VectorRegister a, Operand b) {
        three(VPUNPCKLDQ, to, a, b);
    }

    /// Interleaves the upper 32-bit lanes of every 128 bits.
    public void vpunpckhdq(VectorRegister to, VectorRegister a, Operand b) {
        three(VPUNPCKHDQ, to, a, b);
    }

    /// `to[i] = a[i] + b[i]`, floats.
    public void vaddps(VectorRegister to, VectorRegister a, Operand b) {
        three(VADDPS, to, a, b);
    }

    /// `to[i] = a[i] - b[i]`, floats.
    public void vsubps(VectorRegister to, VectorRegister a, Operand b) {
        three(VSUBPS, to, a, b);
    }

    /// `to[i] = a[i] * b[i]`, floats.
    public void vmulps(VectorRegister to, VectorRegister a, Operand b) {
        three(VMULPS, to, a, b);
    }

    /// `to[i] = a[i] / b[i]`, floats.
    public void vdivps(VectorRegister to, VectorRegister a, Operand b) {
        three(VDIVPS, to, a, b);
    }

    /// The lesser of two floats; `b[i]` where one is NaN.
    public void vminps(VectorRegister to, VectorRegister a, Operand b) {
        three(VMINPS, to, a, b);
    }

    /// The greater of two floats; `b[i]` where one is NaN.
    public void vmaxps(VectorRegister to, VectorRegister a, Operand b) {
        three(VMAXPS, to, a, b);
    }

    /// `to[i] += a[i] * b[i]`, floats, rounded once.
    public void vfmadd231ps(VectorRegister to, VectorRegister a, Operand b) {
        three(VFMADD231PS, to, a, b);
    }

    /// `to[i] = a[i] * to[i] + b[i]`, floats, rounded once.
    public void vfmadd213ps(VectorRegister to, VectorRegister a, Operand b) {
        three(VFMADD213PS, to, a, b);
    }

    /// `to[i] -= a[i] * b[i]`, floats, rounded once.
    public void vfnmadd231ps(VectorRegister to, VectorRegister a, Operand b) {
        three(VFNMADD231PS, to, a, b);
    }

    /// `to[i] +=` the four products of unsigned bytes of `a[i]` with signed bytes of `b[i]`.
    public void vpdpbusd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPDPBUSD, to, a, b);
    }

    /// `to[i] +=` the two products of signed 16-bit numbers of `a[i]` and `b[i]`.
    public void vpdpwssd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPDPWSSD, to, a, b);
    }

    /// `to[i] +=` the two products of bfloat16 numbers of `a[i]` and `b[i]`.
    public void vdpbf16ps(VectorRegister to, VectorRegister a, Operand b) {
        three(VDPBF16PS, to, a, b);
    }

    /// Rounds floats to bfloat16: those of `b` into the lower half, those of `a` into the upper.
    public void vcvtne2ps2bf16(VectorRegister to, VectorRegister a, Operand b) {
        three(VCVTNE2PS2BF16, to, a, b);
    }

    /// 32-bit integers to floats.
    public void vcvtdq2ps(VectorRegister to, Operand from) {
        two(VCVTDQ2PS, to, from);
    }

    /// Floats to 32-bit integers, to the nearest, ties to even.
    public void vcvtps2dq(VectorRegister to, Operand from) {
        two(VCVTPS2DQ, to, from);
    }

    /// Absolute values of 32-bit integers.
    public void vpabsd(VectorRegister to, Operand from) {
        two(VPABSD, to, from);
    }

    /// Half-precision floats to floats.
    public void vcvtph2ps(VectorRegister to, Operand from) {
        narrower(VCVTPH2PS, to, from, 2);
    }

    /// As [#vcvtph2ps(VectorRegister, Operand)], the lanes of the mask only; the others become
    /// zero, and their memory need not exist.
    public void vcvtph2ps(VectorRegister to, Opmask mask, Address from) {
        load(VCVTPH2PS, to, from, requireWriteMask(mask), Encoder.ZEROING);
    }

    /// Unsigned 16-bit integers to 32 bits.
    public void vpmovzxwd(VectorRegister to, Operand from) {
        narrower(VPMOVZXWD, to, from, 2);
    }

    /// Signed 16-bit integers to 32 bits.
    public void vpmovsxwd(VectorRegister to, Operand from) {
        narrower(VPMOVSXWD, to, from, 2);
    }

    /// Unsigned bytes to 32 bits.
    public void vpmovzxbd(VectorRegister to, Operand from) {
        narrower(VPMOVZXBD, to, from, 4);
    }

    /// Signed bytes to 32 bits.
    public void vpmovsxbd(VectorRegister to, Operand from) {
        narrower(VPMOVSXBD, to, from, 4);
    }

    /// As [#vpmovsxbd(VectorRegister, Operand)], the lanes of the mask only; the others become
    /// zero, and their memory need not exist.
    public void vpmovsxbd(VectorRegister to, Opmask mask, Address from) {
        load(VPMOVSXBD, to, from, requireWriteMask(mask), Encoder.ZEROING);
    }

    /// Shifts 32-bit lanes left.
    public void vpslld(VectorRegister to, Operand from, int bits) {
        shift(VPSLLD, 6, to, from, bits);
    }

    /// Shifts unsigned 32-bit lanes right.
    public void vpsrld(VectorRegister to, Operand from, int bits) {
        shift(VPSRLD, 2, to, from, bits);
    }

    /// Shifts signed 32-bit lanes right.
    public void vpsrad(VectorRegister to, Operand from, int bits) {
        shift(VPSRAD, 4, to, from, bits);
    }

    /// Shifts unsigned 16-bit lanes right.
    public void vpsrlw(VectorRegister to, Operand from, int bits) {
        shift(VPSRLW, 2, to, from, bits);
    }

    /// Shifts 16-bit lanes left.
    public void vpsllw(VectorRegister to, Operand from, int bits) {
        shift(VPSLLW, 6, to, from, bits);
    }

    // ---- AMX

    /// Says how many rows, and bytes of a row, each tile has: 64 bytes, see Intel's manual.
    public void ldtilecfg(Address from) {
        encoder.vex(2, NONE, 0, from);
        encoder.emit(0x49);
        encoder.modRm(0, from, 1);
    }

    public void tilerelease() {
        encoder.emit(0xC4, 0xE2, 0x78, 0x49, 0xC0);
    }

    /// Reads the rows of a tile: the index says how far apart they are.
    public void tileloadd(Tile to, Address from) {
        rows(PF2, to, from);
    }

    /// Writes the rows of a tile: the index says how far apart they are.
    public void tilestored(Address to, Tile from) {
        rows(PF3, from, to);
    }

    private void rows(int prefix, Tile tile, Address address) {
        if (address.index().isEmpty()) {
            throw new IllegalArgumentException(address + " does not say how far apart rows are");
        }
        encoder.vex(2, prefix, tile.ordinal(), address);
        encoder.emit(0x4B);
        encoder.modRmWithIndex(tile.ordinal(), address);
    }

    public void tilezero(Tile tile) {
        encoder.vex(2, PF2, false, 0, tile.ordinal(), 0, 0);
        encoder.emit(0x49);
        encoder.modRm(tile.ordinal(), 0);
    }

    /// `to += a * b`: signed bytes, each row of `a` with each column of four-byte groups of `b`.
    public void tdpbssd(Tile to, Tile a, Tile b) {
        product(PF2, 0x5E, to, a, b);
    }

    /// `to += a * b`: unsigned bytes of `a`, signed bytes of `b`.
    public void tdpbusd(Tile to, Tile a, Tile b) {
        product(P66, 0x5E, to, a, b);
    }

    /// `to += a * b`: signed bytes of `a`, unsigned bytes of `b`.
    public void tdpbsud(Tile to, Tile a, Tile b) {
        product(PF3, 0x5E, to, a, b);
    }

    /// `to += a * b`: unsigned bytes.
    public void tdpbuud(Tile to, Tile a, Tile b) {
        product(NONE, 0x5E, to, a, b);
    }

    /// `to += a * b`: bfloat16 numbers, float sums.
    public void tdpbf16ps(Tile to, Tile a, Tile b) {
        product(PF3, 0x5C, to, a, b);
    }

    private void product(int prefix, int opcode, Tile to, Tile a, Tile b) {
        if (to == a || to == b || a == b) {
            throw new IllegalArgumentException("the tiles of a product are three");
        }
        encoder.vex(2, prefix, false, 0, to.ordinal(), b.ordinal(), a.ordinal());
        encoder.emit(opcode);
        encoder.modRm(to.ordinal(), a.ordinal());
    }

    // ---- Forms

    private void three(VectorOpcode opcode, VectorRegister to, VectorRegister a, Operand b) {
        requireBits(a, to.bits());
        emit(opcode, to.bits(), to.number(), a.number(), b, to.bits());
    }

    private void two(VectorOpcode opcode, VectorRegister to, Operand from) {
        emit(opcode, to.bits(), to.number(), NO_REGISTER, from, to.bits());
    }

    private void narrower(VectorOpcode opcode, VectorRegister to, Operand from, int times) {
        int bits = Math.max(128, to.bits() / times);
        emit(opcode, to.bits(), to.number(), NO_REGISTER, from, bits);
    }

    // Here the register that is written stands where others have their first source.
    private void shift(
            VectorOpcode opcode, int extension, VectorRegister to, Operand from, int bits) {
        requireRange(bits, 0, 31);
        emit(opcode, to.bits(), extension, to.number(), from, to.bits());
        encoder.emit(bits);
    }

    private void emit(
            VectorOpcode opcode, int bits, int reg, int vvvv, Operand last, int lastBits) {
        switch (last) {
            case VectorRegister register ->
                    encoder.evex(opcode, bits, reg, vvvv, requireBits(register, lastBits).number());
            case Address address -> encoder.evex(opcode, bits, reg, vvvv, address, Opmask.K0, 0);
            case Broadcast(Address address) -> {
                if (opcode.memory() != FULL) {
                    throw new IllegalArgumentException("this instruction cannot broadcast");
                }
                encoder.evex(opcode, bits, reg, vvvv, address, Opmask.K0, Encoder.BROADCAST);
            }
        }
    }

    private void load(
            VectorOpcode opcode, VectorRegister register, Address address, Opmask mask, int flags) {
        encoder.evex(opcode, register.bits(), register.number(), NO_REGISTER, address, mask, flags);
    }

    private static void requireNotBits(VectorRegister register, int bits) {
        if (register.bits() == bits) {
            throw new IllegalArgumentException(register + " is too narrow");
        }
    }

    private static Opmask requireWriteMask(Opmask mask) {
        if (mask == Opmask.K0) {
            throw new IllegalArgumentException("k0 as a write mask means no mask");
        }
        return mask;
    }
}
