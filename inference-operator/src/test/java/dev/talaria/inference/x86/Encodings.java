package dev.talaria.inference.x86;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.xmm;
import static dev.talaria.inference.x86.VectorRegister.ymm;
import static dev.talaria.inference.x86.VectorRegister.zmm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The instructions of [Assembler], each with registers low and high, with every kind of address,
/// and with displacements at the edges of what a byte can say.
final class Encodings {

    private interface Three {
        void emit(Assembler assembler, VectorRegister to, VectorRegister a, Operand b);
    }

    private interface Two {
        void emit(Assembler assembler, VectorRegister to, Operand from);
    }

    private interface WithNumber<A, B> {
        void emit(Assembler assembler, A to, B from, int number);
    }

    private interface ThreeWithNumber {
        void emit(Assembler assembler, VectorRegister to, VectorRegister a, Operand b, int number);
    }

    private interface Pair<A, B> {
        void emit(Assembler assembler, A to, B from);
    }

    // No base, index or displacement is like another: rsp and r12 need a byte more, rbp and r13 a
    // displacement.
    static final List<Address> ADDRESSES =
            List.of(
                    at(Gpr.RAX),
                    at(Gpr.RBX).plus(-4),
                    at(Gpr.RBP),
                    at(Gpr.RSP),
                    at(Gpr.RSP).plus(8),
                    at(Gpr.R8).plus(-512),
                    at(Gpr.R12),
                    at(Gpr.R13),
                    at(Gpr.R12).plus(1 << 20),
                    at(Gpr.RDI).plus(Gpr.RCX, 1),
                    at(Gpr.RSI).plus(Gpr.R9, 2).plus(64),
                    at(Gpr.R15).plus(Gpr.RBP, 4).plus(127),
                    at(Gpr.R14).plus(Gpr.R13, 8).plus(508),
                    at(Gpr.RBP).plus(Gpr.R12, 8),
                    at(Gpr.R13).plus(Gpr.RAX, 4).plus(8128),
                    at(Gpr.RDX).plus(8192),
                    at(Gpr.R10).plus(-8192),
                    at(Gpr.R11).plus(-8256));
    static final List<Address> FEW_ADDRESSES =
            List.of(
                    at(Gpr.RSP).plus(64),
                    at(Gpr.R13),
                    at(Gpr.R9).plus(Gpr.R12, 4).plus(-128),
                    at(Gpr.RDX).plus(4096));

    private final List<Encoding> all = new ArrayList<>();

    private Encodings() {}

    static List<Encoding> all() {
        Encodings encodings = new Encodings();
        encodings.addGeneral();
        encodings.addVector();
        encodings.addMoves();
        encodings.addTiles();
        return encodings.all;
    }

    private void add(String source, Consumer<Assembler> call) {
        all.add(Encoding.of(source, call));
    }

    private void addGeneral() {
        registers("mov", Assembler::mov);
        registers("add", Assembler::add);
        registers("sub", Assembler::sub);
        registers("xor", Assembler::xor);
        registers("cmp", Assembler::cmp);
        registers("test", Assembler::test);
        registers("imul", Assembler::imul);
        numbers("add", Assembler::add);
        numbers("sub", Assembler::sub);
        numbers("and", Assembler::and);
        numbers("cmp", Assembler::cmp);
        loads("mov", Assembler::mov);
        loads("add", Assembler::add);
        loads("lea", Assembler::lea);
        for (Address address : ADDRESSES) {
            add("mov %s, r11".formatted(address), it -> it.mov(address, Gpr.R11));
            add("prefetcht0 " + address, it -> it.prefetcht0(address));
        }
        for (Address address : FEW_ADDRESSES) {
            add("prefetcht1 " + address, it -> it.prefetcht1(address));
            add("prefetchnta " + address, it -> it.prefetchnta(address));
        }
        for (Gpr gpr : Gpr.values()) {
            add("push " + gpr, it -> it.push(gpr));
            add("pop " + gpr, it -> it.pop(gpr));
        }
        for (long number : new long[] {0, -1, 0x7FFF_FFFF, 0x8000_0000L, Long.MIN_VALUE}) {
            for (Gpr gpr : List.of(Gpr.RCX, Gpr.R13)) {
                add("mov %s, %d".formatted(gpr, number), it -> it.mov(gpr, number));
            }
        }
        for (Gpr gpr : List.of(Gpr.RAX, Gpr.RSP, Gpr.R9)) {
            add("shl %s, 7".formatted(gpr), it -> it.shl(gpr, 7));
            add("shr %s, 63".formatted(gpr), it -> it.shr(gpr, 63));
            add("dec " + gpr, it -> it.dec(gpr));
            add("inc " + gpr, it -> it.inc(gpr));
        }
        add("ret", Assembler::ret);
        add("vzeroupper", Assembler::vzeroupper);
    }

    private void registers(String name, Pair<Gpr, Gpr> call) {
        pair(name, Gpr.RAX, Gpr.RDI, call);
        pair(name, Gpr.RSP, Gpr.R12, call);
        pair(name, Gpr.R13, Gpr.RBP, call);
        pair(name, Gpr.R15, Gpr.R8, call);
    }

    private <A, B> void pair(String name, A to, B from, Pair<A, B> call) {
        add("%s %s, %s".formatted(name, to, from), it -> call.emit(it, to, from));
    }

    // Of the accumulator, the reference has a shorter form for large numbers, which we do without.
    private void numbers(String name, Pair<Gpr, Integer> call) {
        for (int number : new int[] {0, 127, -128, 128, Integer.MIN_VALUE}) {
            pair(name, Gpr.RBX, number, call);
            pair(name, Gpr.R12, number, call);
        }
        pair(name, Gpr.RAX, 1, call);
    }

    private void loads(String name, Pair<Gpr, Address> call) {
        for (Address address : ADDRESSES) {
            pair(name, Gpr.RDX, address, call);
        }
        pair(name, Gpr.R10, at(Gpr.R9).plus(1), call);
    }

    private void addVector() {
        three("vpaddd", Assembler::vpaddd);
        broadcasts("vpaddd", Assembler::vpaddd);
        three("vpsubd", Assembler::vpsubd);
        broadcasts("vpsubd", Assembler::vpsubd);
        three("vpmulld", Assembler::vpmulld);
        broadcasts("vpmulld", Assembler::vpmulld);
        three("vpmaxud", Assembler::vpmaxud);
        broadcasts("vpmaxud", Assembler::vpmaxud);
        three("vpminud", Assembler::vpminud);
        broadcasts("vpminud", Assembler::vpminud);
        three("vpandd", Assembler::vpandd);
        broadcasts("vpandd", Assembler::vpandd);
        three("vpandnd", Assembler::vpandnd);
        broadcasts("vpandnd", Assembler::vpandnd);
        three("vpord", Assembler::vpord);
        broadcasts("vpord", Assembler::vpord);
        three("vpxord", Assembler::vpxord);
        broadcasts("vpxord", Assembler::vpxord);
        three("vpsrlvd", Assembler::vpsrlvd);
        broadcasts("vpsrlvd", Assembler::vpsrlvd);
        three("vpsllvd", Assembler::vpsllvd);
        broadcasts("vpsllvd", Assembler::vpsllvd);
        three("vpermd", Assembler::vpermd);
        broadcasts("vpermd", Assembler::vpermd);
        three("vpunpckldq", Assembler::vpunpckldq);
        broadcasts("vpunpckldq", Assembler::vpunpckldq);
        three("vpunpckhdq", Assembler::vpunpckhdq);
        broadcasts("vpunpckhdq", Assembler::vpunpckhdq);
        three("vaddps", Assembler::vaddps);
        broadcasts("vaddps", Assembler::vaddps);
        three("vsubps", Assembler::vsubps);
        broadcasts("vsubps", Assembler::vsubps);
        three("vmulps", Assembler::vmulps);
        broadcasts("vmulps", Assembler::vmulps);
        three("vdivps", Assembler::vdivps);
        broadcasts("vdivps", Assembler::vdivps);
        three("vminps", Assembler::vminps);
        broadcasts("vminps", Assembler::vminps);
        three("vmaxps", Assembler::vmaxps);
        broadcasts("vmaxps", Assembler::vmaxps);
        three("vfmadd231ps", Assembler::vfmadd231ps);
        broadcasts("vfmadd231ps", Assembler::vfmadd231ps);
        three("vfmadd213ps", Assembler::vfmadd213ps);
        broadcasts("vfmadd213ps", Assembler::vfmadd213ps);
        three("vfnmadd231ps", Assembler::vfnmadd231ps);
        broadcasts("vfnmadd231ps", Assembler::vfnmadd231ps);
        three("vpdpbusd", Assembler::vpdpbusd);
        broadcasts("vpdpbusd", Assembler::vpdpbusd);
        three("vpdpwssd", Assembler::vpdpwssd);
        broadcasts("vpdpwssd", Assembler::vpdpwssd);
        three("vdpbf16ps", Assembler::vdpbf16ps);
        broadcasts("vdpbf16ps", Assembler::vdpbf16ps);
        three("vcvtne2ps2bf16", Assembler::vcvtne2ps2bf16);
        broadcasts("vcvtne2ps2bf16", Assembler::vcvtne2ps2bf16);
        three("vpsubb", Assembler::vpsubb);
        three("vpshufb", Assembler::vpshufb);
        three("vpermb", Assembler::vpermb);
        three("vpermw", Assembler::vpermw);
        threeWithNumber("vpternlogd", Assembler::vpternlogd);
        threeWithNumber("vshufi32x4", Assembler::vshufi32x4);
        two("vcvtdq2ps", 1, Assembler::vcvtdq2ps);
        twoBroadcast("vcvtdq2ps", Assembler::vcvtdq2ps);
        two("vcvtps2dq", 1, Assembler::vcvtps2dq);
        twoBroadcast("vcvtps2dq", Assembler::vcvtps2dq);
        two("vpabsd", 1, Assembler::vpabsd);
        twoBroadcast("vpabsd", Assembler::vpabsd);
        two("vcvtph2ps", 2, Assembler::vcvtph2ps);
        two("vpmovzxwd", 2, Assembler::vpmovzxwd);
        two("vpmovsxwd", 2, Assembler::vpmovsxwd);
        two("vpmovzxbd", 4, Assembler::vpmovzxbd);
        two("vpmovsxbd", 4, Assembler::vpmovsxbd);
        withNumber("vpslld", Assembler::vpslld);
        withNumber("vpsrld", Assembler::vpsrld);
        withNumber("vpsrad", Assembler::vpsrad);
        withNumber("vpshufd", Assembler::vpshufd);
        withNumber("vpsrlw", Assembler::vpsrlw);
        withNumber("vpsllw", Assembler::vpsllw);
        for (Address address : ADDRESSES) {
            add(
                    "{evex} vpdpbusd zmm17, zmm30, %s{1to16}".formatted(address),
                    it -> it.vpdpbusd(zmm(17), zmm(30), address.broadcast()));
            add(
                    "{evex} vfmadd231ps ymm2, ymm12, %s".formatted(address),
                    it -> it.vfmadd231ps(ymm(2), ymm(12), address));
        }
        add("{evex} vdivss xmm1, xmm18, xmm9", it -> it.vdivss(xmm(1), xmm(18), xmm(9)));
        add("{evex} vmulss xmm31, xmm2, xmm15", it -> it.vmulss(xmm(31), xmm(2), xmm(15)));
        add("{evex} vcvtneps2bf16 ymm3, zmm21", it -> it.vcvtneps2bf16(ymm(3), zmm(21)));
        add("{evex} vcvtneps2bf16 xmm19, ymm2", it -> it.vcvtneps2bf16(xmm(19), ymm(2)));
        add("{evex} vcvtneps2bf16 xmm9, xmm8", it -> it.vcvtneps2bf16(xmm(9), xmm(8)));
    }

    private void three(String name, Three call) {
        three(name, zmm(0), zmm(1), zmm(2), call);
        three(name, zmm(31), zmm(16), zmm(9), call);
        three(name, zmm(8), zmm(23), zmm(27), call);
        three(name, ymm(7), ymm(24), ymm(15), call);
        if (!name.equals("vpermd")) {
            three(name, xmm(20), xmm(6), xmm(18), call);
        }
        for (Address address : FEW_ADDRESSES) {
            three(name, zmm(25), zmm(3), address, call);
            three(name, ymm(5), ymm(19), address, call);
        }
    }

    private void three(String name, VectorRegister to, VectorRegister a, Operand b, Three call) {
        add("{evex} %s %s, %s, %s".formatted(name, to, a, b), it -> call.emit(it, to, a, b));
    }

    private void broadcasts(String name, Three call) {
        for (Address address : FEW_ADDRESSES) {
            String text = "{evex} %s zmm11, zmm29, %s{1to16}".formatted(name, address);
            add(text, it -> call.emit(it, zmm(11), zmm(29), address.broadcast()));
        }
        String text = "{evex} %s ymm1, ymm2, [r12 + 4]{1to8}".formatted(name);
        add(text, it -> call.emit(it, ymm(1), ymm(2), at(Gpr.R12).plus(4).broadcast()));
    }

    private void threeWithNumber(String name, ThreeWithNumber call) {
        three(name, zmm(31), zmm(16), zmm(9), 0xE4, call);
        three(name, ymm(3), ymm(8), ymm(26), 0x1B, call);
        for (Address address : FEW_ADDRESSES) {
            three(name, zmm(12), zmm(22), address, 0xF8, call);
        }
    }

    private void three(
            String name,
            VectorRegister to,
            VectorRegister a,
            Operand b,
            int number,
            ThreeWithNumber call) {
        add(
                "{evex} %s %s, %s, %s, %d".formatted(name, to, a, b, number),
                it -> call.emit(it, to, a, b, number));
    }

    private void two(String name, int times, Two call) {
        two(name, zmm(4), new VectorRegister(512 / times, 30), call);
        two(name, zmm(28), new VectorRegister(512 / times, 13), call);
        two(name, ymm(17), new VectorRegister(Math.max(128, 256 / times), 9), call);
        two(name, xmm(7), xmm(23), call);
        for (Address address : ADDRESSES) {
            two(name, zmm(20), address, call);
        }
        for (Address address : FEW_ADDRESSES) {
            two(name, ymm(6), address, call);
        }
    }

    private void two(String name, VectorRegister to, Operand from, Two call) {
        add("{evex} %s %s, %s".formatted(name, to, from), it -> call.emit(it, to, from));
    }

    private void twoBroadcast(String name, Two call) {
        for (Address address : FEW_ADDRESSES) {
            String text = "{evex} %s zmm24, %s{1to16}".formatted(name, address);
            add(text, it -> call.emit(it, zmm(24), address.broadcast()));
        }
    }

    private void withNumber(String name, WithNumber<VectorRegister, Operand> call) {
        withNumber(name, zmm(1), zmm(18), 3, call);
        withNumber(name, zmm(29), zmm(10), 31, call);
        withNumber(name, ymm(16), ymm(5), 4, call);
        withNumber(name, xmm(2), xmm(31), 8, call);
        for (Address address : FEW_ADDRESSES) {
            withNumber(name, zmm(21), address, 16, call);
        }
        if (!name.endsWith("w")) {
            for (Address address : FEW_ADDRESSES) {
                String text = "{evex} %s zmm14, %s{1to16}, 7".formatted(name, address);
                add(text, it -> call.emit(it, zmm(14), address.broadcast(), 7));
            }
        }
    }

    private void withNumber(
            String name,
            VectorRegister to,
            Operand from,
            int number,
            WithNumber<VectorRegister, Operand> call) {
        add(
                "{evex} %s %s, %s, %d".formatted(name, to, from, number),
                it -> call.emit(it, to, from, number));
    }

    private void addMoves() {
        for (Address address : ADDRESSES) {
            moves(
                    "vmovups",
                    zmm(19),
                    address,
                    Assembler::vmovups,
                    (it, a) -> it.vmovups(a, zmm(19)));
            moves("vpbroadcastd", zmm(9), address, Assembler::vpbroadcastd);
            moves("vbroadcasti32x4", zmm(30), address, Assembler::vbroadcasti32x4);
            add("{evex} vpmovdb %s, zmm18".formatted(address), it -> it.vpmovdb(address, zmm(18)));
            add("{evex} vpmovdb %s, xmm3".formatted(address), it -> it.vpmovdb(address, xmm(3)));
        }
        for (Address address : FEW_ADDRESSES) {
            moves("vmovups", ymm(2), address, Assembler::vmovups, (it, a) -> it.vmovups(a, ymm(2)));
            moves(
                    "vmovups",
                    xmm(21),
                    address,
                    Assembler::vmovups,
                    (it, a) -> it.vmovups(a, xmm(21)));
            moves(
                    "vmovdqa32",
                    zmm(27),
                    address,
                    Assembler::vmovdqa32,
                    (it, a) -> it.vmovdqa32(a, zmm(27)));
            moves("vmovss", xmm(17), address, Assembler::vmovss, (it, a) -> it.vmovss(a, xmm(17)));
            moves("vpbroadcastd", ymm(24), address, Assembler::vpbroadcastd);
            moves("vbroadcasti32x4", ymm(4), address, Assembler::vbroadcasti32x4);
            add(
                    "{evex} vmovups zmm8{k3}{z}, " + address,
                    it -> it.vmovups(zmm(8), Opmask.K3, address));
            add(
                    "{evex} vmovups %s{k7}, zmm26".formatted(address),
                    it -> it.vmovups(address, Opmask.K7, zmm(26)));
            add(
                    "{evex} vcvtph2ps zmm17{k2}{z}, " + address,
                    it -> it.vcvtph2ps(zmm(17), Opmask.K2, address));
            add(
                    "{evex} vpmovsxbd zmm3{k6}{z}, " + address,
                    it -> it.vpmovsxbd(zmm(3), Opmask.K6, address));
        }
        two(
                "vmovdqa32",
                zmm(5),
                zmm(26),
                (it, to, from) -> it.vmovdqa32(to, (VectorRegister) from));
        two(
                "vmovdqa32",
                ymm(31),
                ymm(8),
                (it, to, from) -> it.vmovdqa32(to, (VectorRegister) from));
        add("{evex} vmovdqa32 zmm2{k1}, zmm29", it -> it.vmovdqa32(zmm(2), Opmask.K1, zmm(29)));
        add("{evex} vmovdqa32 ymm30{k5}, ymm4", it -> it.vmovdqa32(ymm(30), Opmask.K5, ymm(4)));
        add("{evex} vmovd xmm3, r9d", it -> it.vmovd(xmm(3), Gpr.R9));
        add("{evex} vmovd xmm30, ebp", it -> it.vmovd(xmm(30), Gpr.RBP));
        add("{evex} vmovd eax, xmm20", it -> it.vmovd(Gpr.RAX, xmm(20)));
        add("{evex} vmovd r13d, xmm1", it -> it.vmovd(Gpr.R13, xmm(1)));
        add("vpbroadcastd zmm2, r14d", it -> it.vpbroadcastd(zmm(2), Gpr.R14));
        add("vpbroadcastd ymm22, ecx", it -> it.vpbroadcastd(ymm(22), Gpr.RCX));
        add("{evex} vpbroadcastd zmm25, xmm10", it -> it.vpbroadcastd(zmm(25), xmm(10)));
        add("{evex} vpbroadcastd ymm3, xmm29", it -> it.vpbroadcastd(ymm(3), xmm(29)));
        add("{evex} vextracti32x4 xmm3, zmm28, 3", it -> it.vextracti32x4(xmm(3), zmm(28), 3));
        add("{evex} vextracti32x4 xmm17, ymm9, 1", it -> it.vextracti32x4(xmm(17), ymm(9), 1));
        add("{evex} vextracti64x4 ymm6, zmm19, 1", it -> it.vextracti64x4(ymm(6), zmm(19), 1));
        add("{evex} vextracti64x4 ymm30, zmm7, 0", it -> it.vextracti64x4(ymm(30), zmm(7), 0));
        add("kmovd k1, ecx", it -> it.kmovd(Opmask.K1, Gpr.RCX));
        add("kmovd k7, r12d", it -> it.kmovd(Opmask.K7, Gpr.R12));
    }

    private void moves(
            String name,
            VectorRegister register,
            Address address,
            Pair<VectorRegister, Address> load) {
        add(
                "{evex} %s %s, %s".formatted(name, register, address),
                it -> load.emit(it, register, address));
    }

    private void moves(
            String name,
            VectorRegister register,
            Address address,
            Pair<VectorRegister, Address> load,
            BiConsumer<Assembler, Address> store) {
        moves(name, register, address, load);
        add("{evex} %s %s, %s".formatted(name, address, register), it -> store.accept(it, address));
    }

    private void addTiles() {
        for (Address address : ADDRESSES) {
            add("ldtilecfg " + address, it -> it.ldtilecfg(address));
            if (address.index().isPresent()) {
                add("tileloadd tmm5, " + address, it -> it.tileloadd(Tile.TMM5, address));
                add(
                        "tilestored %s, tmm2".formatted(address),
                        it -> it.tilestored(address, Tile.TMM2));
            }
        }
        add("tilerelease", Assembler::tilerelease);
        for (Tile tile : Tile.values()) {
            add("tilezero " + tile, it -> it.tilezero(tile));
        }
        for (Tile to : List.of(Tile.TMM0, Tile.TMM6)) {
            for (Tile a : List.of(Tile.TMM1, Tile.TMM7)) {
                for (Tile b : List.of(Tile.TMM2, Tile.TMM5)) {
                    String operands = " %s, %s, %s".formatted(to, a, b);
                    add("tdpbssd" + operands, it -> it.tdpbssd(to, a, b));
                    add("tdpbusd" + operands, it -> it.tdpbusd(to, a, b));
                    add("tdpbsud" + operands, it -> it.tdpbsud(to, a, b));
                    add("tdpbuud" + operands, it -> it.tdpbuud(to, a, b));
                    add("tdpbf16ps" + operands, it -> it.tdpbf16ps(to, a, b));
                }
            }
        }
    }
}
