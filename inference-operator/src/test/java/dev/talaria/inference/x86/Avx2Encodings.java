package dev.talaria.inference.x86;

import static dev.talaria.inference.x86.VectorRegister.xmm;
import static dev.talaria.inference.x86.VectorRegister.ymm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The vector instructions of [Avx2Assembler], each with registers low and high and with every kind
/// of address.
///
/// Of a move to one of the first eight registers from one of the others, the reference assembler
/// takes the form that stores, which is shorter; we do not, so it is not among the cases.
final class Avx2Encodings {

    private interface Three {
        void emit(Avx2Assembler assembler, VectorRegister to, VectorRegister a, Operand b);
    }

    private interface Two {
        void emit(Avx2Assembler assembler, VectorRegister to, Operand from);
    }

    private interface Load {
        void emit(Avx2Assembler assembler, VectorRegister to, Address from);
    }

    private interface Store {
        void emit(Avx2Assembler assembler, Address to, VectorRegister from);
    }

    private interface Shift {
        void emit(Avx2Assembler assembler, VectorRegister to, VectorRegister from, int bits);
    }

    private final List<Encoding> all = new ArrayList<>();

    private Avx2Encodings() {}

    static List<Encoding> all() {
        Avx2Encodings encodings = new Avx2Encodings();
        encodings.addThree();
        encodings.addTwo();
        encodings.addMoves();
        encodings.addParts();
        return encodings.all;
    }

    private void add(String source, Consumer<Avx2Assembler> call) {
        all.add(Encoding.ofAvx2(source, call));
    }

    private void addThree() {
        three("vpand", Avx2Assembler::vpand);
        three("vpxor", Avx2Assembler::vpxor);
        three("vpaddw", Avx2Assembler::vpaddw);
        three("vpaddd", Avx2Assembler::vpaddd);
        three("vpsubd", Avx2Assembler::vpsubd);
        three("vpmaxud", Avx2Assembler::vpmaxud);
        three("vpmaddubsw", Avx2Assembler::vpmaddubsw);
        three("vpmaddwd", Avx2Assembler::vpmaddwd);
        three("vpsignb", Avx2Assembler::vpsignb);
        three("vpackusdw", Avx2Assembler::vpackusdw);
        three("vpackuswb", Avx2Assembler::vpackuswb);
        three("vpsllvd", Avx2Assembler::vpsllvd);
        three("vaddps", Avx2Assembler::vaddps);
        three("vsubps", Avx2Assembler::vsubps);
        three("vdivps", Avx2Assembler::vdivps);
        three("vminps", Avx2Assembler::vminps);
        three("vmaxps", Avx2Assembler::vmaxps);
        three("vaddpd", Avx2Assembler::vaddpd);
        three("vfmadd231pd", Avx2Assembler::vfmadd231pd);
        three("vmulps", Avx2Assembler::vmulps);
        three("vfmadd213ps", Avx2Assembler::vfmadd213ps);
        three("vfmadd231ps", Avx2Assembler::vfmadd231ps);
        add("vmulss xmm11, xmm2, xmm15", it -> it.vmulss(xmm(11), xmm(2), xmm(15)));
        add("vmulss xmm1, xmm12, xmm5", it -> it.vmulss(xmm(1), xmm(12), xmm(5)));
        add("vdivss xmm1, xmm8, xmm9", it -> it.vdivss(xmm(1), xmm(8), xmm(9)));
        add("vdivss xmm10, xmm0, xmm3", it -> it.vdivss(xmm(10), xmm(0), xmm(3)));
    }

    private void three(String name, Three call) {
        three(name, ymm(0), ymm(1), ymm(2), call);
        three(name, ymm(15), ymm(9), ymm(8), call);
        three(name, ymm(8), ymm(14), ymm(7), call);
        three(name, xmm(3), xmm(6), xmm(4), call);
        three(name, xmm(13), xmm(11), xmm(10), call);
        for (Address address : Encodings.FEW_ADDRESSES) {
            three(name, ymm(12), ymm(3), address, call);
            three(name, ymm(5), ymm(10), address, call);
            three(name, xmm(7), xmm(15), address, call);
        }
    }

    private void three(String name, VectorRegister to, VectorRegister a, Operand b, Three call) {
        add("%s %s, %s, %s".formatted(name, to, a, b), it -> call.emit(it, to, a, b));
    }

    private void addTwo() {
        two("vpabsb", 1, Avx2Assembler::vpabsb);
        two("vcvtdq2ps", 1, Avx2Assembler::vcvtdq2ps);
        two("vcvtps2dq", 1, Avx2Assembler::vcvtps2dq);
        two("vcvtph2ps", 2, Avx2Assembler::vcvtph2ps);
        two("vpmovzxbd", 2, Avx2Assembler::vpmovzxbd);
        two("vpmovsxbd", 2, Avx2Assembler::vpmovsxbd);
        two("vcvtps2pd", 2, Avx2Assembler::vcvtps2pd);
        two("vpbroadcastd", 2, Avx2Assembler::vpbroadcastd);
        two("vpshufd", 1, ", 78", (it, to, from) -> it.vpshufd(to, from, 78));
        shift("vpslld", 31, Avx2Assembler::vpslld);
        shift("vpsrlw", 15, Avx2Assembler::vpsrlw);
    }

    private void two(String name, int times, Two call) {
        two(name, times, "", call);
    }

    private void two(String name, int times, String number, Two call) {
        two(name, ymm(4), new VectorRegister(256 / times, 13), number, call);
        two(name, ymm(12), new VectorRegister(256 / times, 3), number, call);
        two(name, xmm(9), xmm(1), number, call);
        for (Address address : Encodings.FEW_ADDRESSES) {
            two(name, ymm(10), address, number, call);
            two(name, xmm(6), address, number, call);
        }
    }

    private void two(String name, VectorRegister to, Operand from, String number, Two call) {
        add("%s %s, %s%s".formatted(name, to, from, number), it -> call.emit(it, to, from));
    }

    private void shift(String name, int most, Shift call) {
        for (int bits : new int[] {0, 4, most}) {
            shift(name, ymm(1), ymm(12), bits, call);
            shift(name, ymm(14), ymm(2), bits, call);
            shift(name, xmm(7), xmm(15), bits, call);
        }
    }

    private void shift(String name, VectorRegister to, VectorRegister from, int bits, Shift call) {
        add("%s %s, %s, %d".formatted(name, to, from, bits), it -> call.emit(it, to, from, bits));
    }

    private void addMoves() {
        for (Address address : Encodings.ADDRESSES) {
            load("vmovups", ymm(9), address, Avx2Assembler::vmovups);
            store("vmovups", address, ymm(2), Avx2Assembler::vmovups);
            load("vpbroadcastd", ymm(11), address, Avx2Assembler::vpbroadcastd);
        }
        for (Address address : Encodings.FEW_ADDRESSES) {
            load("vmovups", xmm(1), address, Avx2Assembler::vmovups);
            store("vmovups", address, xmm(12), Avx2Assembler::vmovups);
            load("vmovdqa", ymm(13), address, Avx2Assembler::vmovdqa);
            store("vmovdqa", address, ymm(8), Avx2Assembler::vmovdqa);
            load("vmovss", xmm(14), address, Avx2Assembler::vmovss);
            store("vmovss", address, xmm(0), Avx2Assembler::vmovss);
            add(
                    "vmaskmovps %s, ymm3, ymm14".formatted(address),
                    it -> it.vmaskmovps(address, ymm(3), ymm(14)));
            add(
                    "vmaskmovps %s, xmm13, xmm4".formatted(address),
                    it -> it.vmaskmovps(address, xmm(13), xmm(4)));
        }
        add("vmovdqa ymm1, ymm7", it -> it.vmovdqa(ymm(1), ymm(7)));
        add("vmovdqa ymm9, ymm15", it -> it.vmovdqa(ymm(9), ymm(15)));
        add("vmovdqa xmm8, xmm0", it -> it.vmovdqa(xmm(8), xmm(0)));
        add("vmovd xmm3, r9d", it -> it.vmovd(xmm(3), Gpr.R9));
        add("vmovd xmm10, ebp", it -> it.vmovd(xmm(10), Gpr.RBP));
        add("vmovd eax, xmm12", it -> it.vmovd(Gpr.RAX, xmm(12)));
        add("vmovd r13d, xmm1", it -> it.vmovd(Gpr.R13, xmm(1)));
    }

    private void load(String name, VectorRegister to, Address address, Load call) {
        add("%s %s, %s".formatted(name, to, address), it -> call.emit(it, to, address));
    }

    private void store(String name, Address address, VectorRegister from, Store call) {
        add("%s %s, %s".formatted(name, address, from), it -> call.emit(it, address, from));
    }

    private void addParts() {
        for (Address address : Encodings.FEW_ADDRESSES) {
            add(
                    "vinserti128 ymm10, ymm3, %s, 1".formatted(address),
                    it -> it.vinserti128(ymm(10), ymm(3), address, 1));
            add(
                    "vblendvps ymm12, ymm5, %s, ymm9".formatted(address),
                    it -> it.vblendvps(ymm(12), ymm(5), address, ymm(9)));
            add(
                    "vpinsrb xmm11, xmm4, %s, 15".formatted(address),
                    it -> it.vpinsrb(xmm(11), xmm(4), address, 15));
            add(
                    "vpinsrw xmm2, xmm13, %s, 7".formatted(address),
                    it -> it.vpinsrw(xmm(2), xmm(13), address, 7));
        }
        add(
                "vblendvps ymm3, ymm14, ymm8, ymm1",
                it -> it.vblendvps(ymm(3), ymm(14), ymm(8), ymm(1)));
        add(
                "vblendvps xmm9, xmm6, xmm2, xmm15",
                it -> it.vblendvps(xmm(9), xmm(6), xmm(2), xmm(15)));
        add("vinserti128 ymm2, ymm11, xmm14, 1", it -> it.vinserti128(ymm(2), ymm(11), xmm(14), 1));
        add("vinserti128 ymm13, ymm4, xmm5, 0", it -> it.vinserti128(ymm(13), ymm(4), xmm(5), 0));
        add("vextracti128 xmm3, ymm12, 1", it -> it.vextracti128(xmm(3), ymm(12), 1));
        add("vextracti128 xmm11, ymm6, 0", it -> it.vextracti128(xmm(11), ymm(6), 0));
    }
}
