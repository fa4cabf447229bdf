package dev.talaria.inference.x86;

import static dev.talaria.inference.x86.VectorOpcode.Memory.VECTOR;
import static dev.talaria.inference.x86.VectorOpcode.NONE;
import static dev.talaria.inference.x86.VectorOpcode.P66;
import static dev.talaria.inference.x86.VectorOpcode.PF3;
import static dev.talaria.inference.x86.VectorOpcode.of0F;
import static dev.talaria.inference.x86.VectorOpcode.of0F38;
import static dev.talaria.inference.x86.VectorOpcode.of0F3A;

/// Turns instructions into machine code for x86-64 with AVX2, FMA and F16C.
///
/// Vector instructions are encoded as AVX has them (VEX): registers are the first sixteen, of 128
/// or 256 bits, and those of one instruction have one width, unless it says otherwise.
public final class Avx2Assembler extends GeneralAssembler {

    private static final int NO_REGISTER = 0;
    private static final int REGISTERS = 16;

    private static final VectorOpcode VMOVUPS_LOAD = of0F(NONE, 0x10, VECTOR);
    private static final VectorOpcode VMOVUPS_STORE = of0F(NONE, 0x11, VECTOR);
    private static final VectorOpcode VMOVDQA_LOAD = of0F(P66, 0x6F, VECTOR);
    private static final VectorOpcode VMOVDQA_STORE = of0F(P66, 0x7F, VECTOR);
    private static final VectorOpcode VMOVSS_LOAD = of0F(PF3, 0x10, VECTOR);
    private static final VectorOpcode VMOVSS_STORE = of0F(PF3, 0x11, VECTOR);
    private static final VectorOpcode VBLENDVPS = of0F3A(P66, 0x4A, VECTOR);
    private static final VectorOpcode VPINSRB = of0F3A(P66, 0x20, VECTOR);
    private static final VectorOpcode VPINSRW = of0F(P66, 0xC4, VECTOR);
    private static final VectorOpcode VMASKMOVPS_STORE = of0F38(P66, 0x2E, VECTOR);
    private static final VectorOpcode VMOVD_TO_VECTOR = of0F(P66, 0x6E, VECTOR);
    private static final VectorOpcode VMOVD_TO_GPR = of0F(P66, 0x7E, VECTOR);
    private static final VectorOpcode VPBROADCASTD = of0F38(P66, 0x58, VECTOR);
    private static final VectorOpcode VINSERTI128 = of0F3A(P66, 0x38, VECTOR);
    private static final VectorOpcode VEXTRACTI128 = of0F3A(P66, 0x39, VECTOR);
    private static final VectorOpcode VPSHUFD = of0F(P66, 0x70, VECTOR);
    private static final VectorOpcode VPAND = of0F(P66, 0xDB, VECTOR);
    private static final VectorOpcode VPXOR = of0F(P66, 0xEF, VECTOR);
    private static final VectorOpcode VPADDW = of0F(P66, 0xFD, VECTOR);
    private static final VectorOpcode VPADDD = of0F(P66, 0xFE, VECTOR);
    private static final VectorOpcode VPSUBD = of0F(P66, 0xFA, VECTOR);
    private static final VectorOpcode VPMAXUD = of0F38(P66, 0x3F, VECTOR);
    private static final VectorOpcode VPMADDUBSW = of0F38(P66, 0x04, VECTOR);
    private static final VectorOpcode VPMADDWD = of0F(P66, 0xF5, VECTOR);
    private static final VectorOpcode VPSIGNB = of0F38(P66, 0x08, VECTOR);
    private static final VectorOpcode VPACKUSDW = of0F38(P66, 0x2B, VECTOR);
    private static final VectorOpcode VPACKUSWB = of0F(P66, 0x67, VECTOR);
    private static final VectorOpcode VPSLLVD = of0F38(P66, 0x47, VECTOR);
    private static final VectorOpcode VADDPS = of0F(NONE, 0x58, VECTOR);
    private static final VectorOpcode VSUBPS = of0F(NONE, 0x5C, VECTOR);
    private static final VectorOpcode VDIVPS = of0F(NONE, 0x5E, VECTOR);
    private static final VectorOpcode VMINPS = of0F(NONE, 0x5D, VECTOR);
    private static final VectorOpcode VMAXPS = of0F(NONE, 0x5F, VECTOR);
    private static final VectorOpcode VADDPD = of0F(P66, 0x58, VECTOR);
    private static final VectorOpcode VFMADD231PD = of0F38(P66, 0xB8, VECTOR).wide64();
    private static final VectorOpcode VCVTPS2PD = of0F(NONE, 0x5A, VECTOR);
    private static final VectorOpcode VMULPS = of0F(NONE, 0x59, VECTOR);
    private static final VectorOpcode VFMADD213PS = of0F38(P66, 0xA8, VECTOR);
    private static final VectorOpcode VFMADD231PS = of0F38(P66, 0xB8, VECTOR);
    private static final VectorOpcode VPABSB = of0F38(P66, 0x1C, VECTOR);
    private static final VectorOpcode VCVTDQ2PS = of0F(NONE, 0x5B, VECTOR);
    private static final VectorOpcode VCVTPS2DQ = of0F(P66, 0x5B, VECTOR);
    private static final VectorOpcode VCVTPH2PS = of0F38(P66, 0x13, VECTOR);
    private static final VectorOpcode VPMOVZXBD = of0F38(P66, 0x31, VECTOR);
    private static final VectorOpcode VPMOVSXBD = of0F38(P66, 0x21, VECTOR);
    private static final VectorOpcode VMULSS = of0F(PF3, 0x59, VECTOR);
    private static final VectorOpcode VDIVSS = of0F(PF3, 0x5E, VECTOR);
    private static final VectorOpcode VPSLLD = of0F(P66, 0x72, VECTOR);
    private static final VectorOpcode VPSRLW = of0F(P66, 0x71, VECTOR);

    // ---- Moves

    /// Eight floats, or four, from any address.
    public void vmovups(VectorRegister to, Address from) {
        emit(VMOVUPS_LOAD, to, NO_REGISTER, from, to.bits());
    }

    public void vmovups(Address to, VectorRegister from) {
        emit(VMOVUPS_STORE, from, NO_REGISTER, to, from.bits());
    }

    /// From an address that is a multiple of the register's bytes.
    public void vmovdqa(VectorRegister to, Address from) {
        emit(VMOVDQA_LOAD, to, NO_REGISTER, from, to.bits());
    }

    /// To an address that is a multiple of the register's bytes.
    public void vmovdqa(Address to, VectorRegister from) {
        emit(VMOVDQA_STORE, from, NO_REGISTER, to, from.bits());
    }

    public void vmovdqa(VectorRegister to, VectorRegister from) {
        emit(VMOVDQA_LOAD, to, NO_REGISTER, from, to.bits());
    }

    /// Writes the lanes whose mask has its highest bit set; the memory of the others need not
    /// exist.
    public void vmaskmovps(Address to, VectorRegister mask, VectorRegister from) {
        emit(VMASKMOVPS_STORE, from, number(requireBits(mask, from.bits())), to, from.bits());
    }

    public void vmovss(VectorRegister to, Address from) {
        emit(VMOVSS_LOAD, requireBits(to, 128), NO_REGISTER, from, 128);
    }

    public void vmovss(Address to, VectorRegister from) {
        emit(VMOVSS_STORE, requireBits(from, 128), NO_REGISTER, to, 128);
    }

    /// The lower 32 bits of a register.
    public void vmovd(VectorRegister to, Gpr from) {
        encoder.vex(
                VMOVD_TO_VECTOR, 128, number(requireBits(to, 128)), NO_REGISTER, from.ordinal());
    }

    /// The lowest lane; the upper half of the register becomes zero.
    public void vmovd(Gpr to, VectorRegister from) {
        encoder.vex(VMOVD_TO_GPR, 128, number(requireBits(from, 128)), NO_REGISTER, to.ordinal());
    }

    /// Four bytes, or the lowest lane of 128 bits, into every lane.
    public void vpbroadcastd(VectorRegister to, Operand from) {
        emit(VPBROADCASTD, to, NO_REGISTER, from, 128);
    }

    /// `a` with 128 bits in place of its lower or upper half.
    ///
    /// @param part 0 or 1
    public void vinserti128(VectorRegister to, VectorRegister a, Operand b, int part) {
        requireBits(to, 256);
        requireRange(part, 0, 1);
        emit(VINSERTI128, to, number(requireBits(a, 256)), b, 128);
        encoder.emit(part);
    }

    /// The lower or upper half of 256 bits.
    ///
    /// @param part 0 or 1
    public void vextracti128(VectorRegister to, VectorRegister from, int part) {
        requireRange(part, 0, 1);
        emit(VEXTRACTI128, requireBits(from, 256), NO_REGISTER, to, 128);
        encoder.emit(part);
    }

    /// `a` with a byte of memory in place of its own.
    ///
    /// @param place 0 to 15
    public void vpinsrb(VectorRegister to, VectorRegister a, Address from, int place) {
        requireRange(place, 0, 15);
        three(VPINSRB, requireBits(to, 128), a, from);
        encoder.emit(place);
    }

    /// `a` with two bytes of memory in place of its own.
    ///
    /// @param place 0 to 7
    public void vpinsrw(VectorRegister to, VectorRegister a, Address from, int place) {
        requireRange(place, 0, 7);
        three(VPINSRW, requireBits(to, 128), a, from);
        encoder.emit(place);
    }

    // ---- Lanes

    /// Lanes of `b` where the mask has its highest bit set, of `a` elsewhere.
    public void vblendvps(VectorRegister to, VectorRegister a, Operand b, VectorRegister mask) {
        three(VBLENDVPS, to, a, b);
        encoder.emit(number(requireBits(mask, to.bits())) << 4);
    }

    /// 32-bit lanes within 128 bits, each number two bits of the order.
    public void vpshufd(VectorRegister to, Operand from, int order) {
        emit(VPSHUFD, to, NO_REGISTER, from, to.bits());
        encoder.emit(order);
    }

    /// `to = a & b`.
    public void vpand(VectorRegister to, VectorRegister a, Operand b) {
        three(VPAND, to, a, b);
    }

    /// `to = a ^ b`.
    public void vpxor(VectorRegister to, VectorRegister a, Operand b) {
        three(VPXOR, to, a, b);
    }

    /// `to[i] = a[i] + b[i]`, 16-bit integers.
    public void vpaddw(VectorRegister to, VectorRegister a, Operand b) {
        three(VPADDW, to, a, b);
    }

    /// `to[i] = a[i] + b[i]`, 32-bit integers.
    public void vpaddd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPADDD, to, a, b);
    }

    /// `to[i] = a[i] - b[i]`, 32-bit integers.
    public void vpsubd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPSUBD, to, a, b);
    }

    /// The greater of two unsigned 32-bit integers.
    public void vpmaxud(VectorRegister to, VectorRegister a, Operand b) {
        three(VPMAXUD, to, a, b);
    }

    /// `to[i] =` the two products of unsigned bytes of `a[i]` with signed bytes of `b[i]`, added to
    /// 16 bits, or the outermost of them where the sum is beyond.
    public void vpmaddubsw(VectorRegister to, VectorRegister a, Operand b) {
        three(VPMADDUBSW, to, a, b);
    }

    /// `to[i] =` the two products of signed 16-bit integers of `a[i]` and `b[i]`, added to 32 bits.
    public void vpmaddwd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPMADDWD, to, a, b);
    }

    /// `to[i] = a[i]` with the sign of `b[i]`, bytes; zero where that is zero.
    public void vpsignb(VectorRegister to, VectorRegister a, Operand b) {
        three(VPSIGNB, to, a, b);
    }

    /// Signed 32-bit integers to unsigned 16 bits, the nearest there is: within 128 bits first
    /// those of `a`, then those of `b`.
    public void vpackusdw(VectorRegister to, VectorRegister a, Operand b) {
        three(VPACKUSDW, to, a, b);
    }

    /// Signed 16-bit integers to unsigned bytes, the nearest there is: within 128 bits first those
    /// of `a`, then those of `b`.
    public void vpackuswb(VectorRegister to, VectorRegister a, Operand b) {
        three(VPACKUSWB, to, a, b);
    }

    /// Shifts 32-bit lanes of `a` left by the lanes of `b`.
    public void vpsllvd(VectorRegister to, VectorRegister a, Operand b) {
        three(VPSLLVD, to, a, b);
    }

    /// `to[i] = a[i] + b[i]`, floats.
    public void vaddps(VectorRegister to, VectorRegister a, Operand b) {
        three(VADDPS, to, a, b);
    }

    /// `to[i] = a[i] - b[i]`, floats.
    public void vsubps(VectorRegister to, VectorRegister a, Operand b) {
        three(VSUBPS, to, a, b);
    }

    /// `to[i] = a[i] / b[i]`, floats.
    public void vdivps(VectorRegister to, VectorRegister a, Operand b) {
        three(VDIVPS, to, a, b);
    }

    /// The lesser float; `b` where either is NaN.
    public void vminps(VectorRegister to, VectorRegister a, Operand b) {
        three(VMINPS, to, a, b);
    }

    /// The greater float; `b` where either is NaN.
    public void vmaxps(VectorRegister to, VectorRegister a, Operand b) {
        three(VMAXPS, to, a, b);
    }

    /// `to[i] = a[i] + b[i]`, doubles.
    public void vaddpd(VectorRegister to, VectorRegister a, Operand b) {
        three(VADDPD, to, a, b);
    }

    /// `to[i] += a[i] * b[i]`, doubles, rounded once.
    public void vfmadd231pd(VectorRegister to, VectorRegister a, Operand b) {
        three(VFMADD231PD, to, a, b);
    }

    /// Floats to doubles, half as many.
    public void vcvtps2pd(VectorRegister to, Operand from) {
        emit(VCVTPS2PD, to, NO_REGISTER, from, 128);
    }

    /// `to[i] = a[i] * b[i]`, floats.
    public void vmulps(VectorRegister to, VectorRegister a, Operand b) {
        three(VMULPS, to, a, b);
    }

    /// `to[i] = a[i] * to[i] + b[i]`, floats, rounded once.
    public void vfmadd213ps(VectorRegister to, VectorRegister a, Operand b) {
        three(VFMADD213PS, to, a, b);
    }

    /// `to[i] += a[i] * b[i]`, floats, rounded once.
    public void vfmadd231ps(VectorRegister to, VectorRegister a, Operand b) {
        three(VFMADD231PS, to, a, b);
    }

    /// The lowest lane, a float: `to = a * b`.
    public void vmulss(VectorRegister to, VectorRegister a, VectorRegister b) {
        three(VMULSS, requireBits(to, 128), a, b);
    }

    /// The lowest lane, a float: `to = a / b`.
    public void vdivss(VectorRegister to, VectorRegister a, VectorRegister b) {
        three(VDIVSS, requireBits(to, 128), a, b);
    }

    /// Absolute values of bytes, as unsigned numbers.
    public void vpabsb(VectorRegister to, Operand from) {
        emit(VPABSB, to, NO_REGISTER, from, to.bits());
    }

    /// 32-bit integers to floats.
    public void vcvtdq2ps(VectorRegister to, Operand from) {
        emit(VCVTDQ2PS, to, NO_REGISTER, from, to.bits());
    }

    /// Floats to 32-bit integers, to the nearest, ties to even.
    public void vcvtps2dq(VectorRegister to, Operand from) {
        emit(VCVTPS2DQ, to, NO_REGISTER, from, to.bits());
    }

    /// Half-precision floats to floats.
    public void vcvtph2ps(VectorRegister to, Operand from) {
        emit(VCVTPH2PS, to, NO_REGISTER, from, Math.max(128, to.bits() / 2));
    }

    /// Unsigned bytes to 32 bits.
    public void vpmovzxbd(VectorRegister to, Operand from) {
        emit(VPMOVZXBD, to, NO_REGISTER, from, 128);
    }

    /// Signed bytes to 32 bits.
    public void vpmovsxbd(VectorRegister to, Operand from) {
        emit(VPMOVSXBD, to, NO_REGISTER, from, 128);
    }

    /// Shifts 32-bit lanes left.
    public void vpslld(VectorRegister to, VectorRegister from, int bits) {
        shift(VPSLLD, 6, to, from, bits);
    }

    /// Shifts unsigned 16-bit lanes right.
    public void vpsrlw(VectorRegister to, VectorRegister from, int bits) {
        shift(VPSRLW, 2, to, from, bits);
    }

    // ---- Forms

    private void three(VectorOpcode opcode, VectorRegister to, VectorRegister a, Operand b) {
        emit(opcode, to, number(requireBits(a, to.bits())), b, to.bits());
    }

    // Here the register that is written stands where others have their first source.
    private void shift(
            VectorOpcode opcode, int extension, VectorRegister to, VectorRegister from, int bits) {
        requireRange(bits, 0, 31);
        int source = number(requireBits(from, to.bits()));
        encoder.vex(opcode, requireWidth(to).bits(), extension, number(to), source);
        encoder.emit(bits);
    }

    private void emit(
            VectorOpcode opcode, VectorRegister reg, int vvvv, Operand last, int lastBits) {
        int bits = requireWidth(reg).bits();
        switch (last) {
            case VectorRegister register -> {
                int number = number(requireBits(register, lastBits));
                encoder.vex(opcode, bits, number(reg), vvvv, number);
            }
            case Address address -> encoder.vex(opcode, bits, number(reg), vvvv, address);
            case Broadcast _ ->
                    throw new IllegalArgumentException("AVX2 has no broadcast within others");
        }
    }

    private static VectorRegister requireWidth(VectorRegister register) {
        if (register.bits() > 256) {
            throw new IllegalArgumentException(register + " is wider than AVX2 has them");
        }
        return register;
    }

    private static int number(VectorRegister register) {
        requireRange(register.number(), 0, REGISTERS - 1);
        return register.number();
    }
}
