package dev.talaria.inference.x86;

import java.util.Arrays;

/// Bytes of instructions: prefixes, the byte that says where the operands are, displacements.
final class Encoder {

    private static final int OPERAND_SIZE_64 = 0x48;
    private static final int NO_INDEX = 4;

    private byte[] code = new byte[4096];
    private int length;

    int length() {
        return length;
    }

    byte[] bytes() {
        return Arrays.copyOf(code, length);
    }

    void emit(int value) {
        if (length == code.length) {
            code = Arrays.copyOf(code, 2 * length);
        }
        code[length++] = (byte) value;
    }

    void emit(int... values) {
        for (int value : values) {
            emit(value);
        }
    }

    void emit32(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            emit(value >>> shift);
        }
    }

    void emit64(long value) {
        emit32((int) value);
        emit32((int) (value >>> Integer.SIZE));
    }

    void patch32(int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            code[at + i] = (byte) (value >>> i * Byte.SIZE);
        }
    }

    /// The prefix of an instruction with 64-bit operands, both registers.
    void rex(int reg, int rm) {
        emit(OPERAND_SIZE_64 | reg >> 3 << 2 | rm >> 3);
    }

    /// The prefix of an instruction with 64-bit operands, one in memory.
    void rex(int reg, Address address) {
        emit(OPERAND_SIZE_64 | rexBits(reg, address));
    }

    /// The prefix of an instruction whose operand size is its own, where a register needs one.
    void rexIfNeeded(int reg, Address address) {
        int bits = rexBits(reg, address);
        if (bits != 0) {
            emit(0x40 | bits);
        }
    }

    private static int rexBits(int reg, Address address) {
        return reg >> 3 << 2 | index(address) >> 3 << 1 | address.base().ordinal() >> 3;
    }

    private static int index(Address address) {
        return address.index().map(Gpr::ordinal).orElse(NO_INDEX);
    }

    /// Two registers.
    void modRm(int reg, int rm) {
        emit(0xC0 | (reg & 7) << 3 | rm & 7);
    }

    /// A register and a place in memory.
    ///
    /// @param unit what a displacement of one byte is counted in
    void modRm(int reg, Address address, int unit) {
        modRm(reg, address, unit, false);
    }

    /// As [#modRm(int, Address, int)], with the byte for an index also where there is none.
    void modRmWithIndex(int reg, Address address) {
        modRm(reg, address, 1, true);
    }

    private void modRm(int reg, Address address, int unit, boolean alwaysIndex) {
        int base = address.base().ordinal() & 7;
        // The numbers of rsp and r12 mean "an index follows", those of rbp and r13 without a
        // displacement "no base".
        boolean hasIndex = alwaysIndex || address.index().isPresent() || base == 4;
        int displacement = address.displacement();
        boolean isShort =
                displacement % unit == 0 && (byte) (displacement / unit) == displacement / unit;
        int mode = displacement == 0 && base != 5 ? 0 : isShort ? 1 : 2;
        emit(mode << 6 | (reg & 7) << 3 | (hasIndex ? 4 : base));
        if (hasIndex) {
            int scale = Integer.numberOfTrailingZeros(address.scale());
            emit(scale << 6 | (index(address) & 7) << 3 | base);
        }
        if (mode == 1) {
            emit(displacement / unit);
        } else if (mode == 2) {
            emit32(displacement);
        }
    }

    /// A VEX instruction of three bytes' prefix, registers only.
    void vex(int map, int prefix, boolean wide, int length, int reg, int vvvv, int rm) {
        vex(map, prefix, wide, length, reg, vvvv, 0, rm);
    }

    /// A VEX instruction's prefix, an operand in memory.
    void vex(int map, int prefix, int reg, Address address) {
        vex(map, prefix, false, 0, reg, 0, index(address), address.base().ordinal());
    }

    /// A VEX instruction of vector registers only, without an immediate.
    void vex(VectorOpcode opcode, int bits, int reg, int vvvv, int rm) {
        vexPrefix(opcode, bits, reg, vvvv, 0, rm);
        emit(opcode.opcode());
        modRm(reg, rm);
    }

    /// A VEX instruction with vector registers and an operand in memory, without an immediate.
    void vex(VectorOpcode opcode, int bits, int reg, int vvvv, Address address) {
        vexPrefix(opcode, bits, reg, vvvv, index(address), address.base().ordinal());
        emit(opcode.opcode());
        modRm(reg, address, 1);
    }

    private void vexPrefix(VectorOpcode opcode, int bits, int reg, int vvvv, int index, int rm) {
        int length = bits == 256 ? 1 : 0;
        vex(opcode.map(), opcode.prefix(), opcode.wide(), length, reg, vvvv, index, rm);
    }

    private void vex(
            int map, int prefix, boolean wide, int length, int reg, int vvvv, int index, int rm) {
        boolean isShort = map == 1 && !wide && index < 8 && rm < 8;
        int low = (~vvvv & 15) << 3 | length << 2 | prefix;
        if (isShort) {
            emit(0xC5, (~reg >> 3 & 1) << 7 | low);
        } else {
            emit(0xC4, (~reg >> 3 & 1) << 7 | (~index >> 3 & 1) << 6 | (~rm >> 3 & 1) << 5 | map);
            emit((wide ? 0x80 : 0) | low);
        }
    }

    /// An EVEX instruction of registers only, without an immediate.
    void evex(VectorOpcode opcode, int bits, int reg, int vvvv, int rm) {
        evex(opcode, bits, reg, vvvv, rm, Opmask.K0);
    }

    /// An EVEX instruction of registers only, without an immediate.
    ///
    /// @param mask the lanes that are written, all for [Opmask#K0]
    void evex(VectorOpcode opcode, int bits, int reg, int vvvv, int rm, Opmask mask) {
        evexPrefix(opcode, bits, reg, vvvv, ~rm >> 4 & 1, ~rm >> 3 & 1, mask, 0);
        modRm(reg, rm);
    }

    /// An EVEX instruction with an operand in memory, without an immediate.
    ///
    /// @param mask the lanes that are written, all for [Opmask#K0]
    /// @param flags 10 hexadecimal for a broadcast, 80 hexadecimal to zero lanes that are masked
    void evex(
            VectorOpcode opcode,
            int bits,
            int reg,
            int vvvv,
            Address address,
            Opmask mask,
            int flags) {
        int x = ~index(address) >> 3 & 1;
        int b = ~address.base().ordinal() >> 3 & 1;
        evexPrefix(opcode, bits, reg, vvvv, x, b, mask, flags);
        boolean isBroadcast = (flags & BROADCAST) != 0;
        modRm(reg, address, isBroadcast ? 4 : opcode.memory().bytes(bits / Byte.SIZE));
    }

    static final int BROADCAST = 0x10;
    static final int ZEROING = 0x80;

    private void evexPrefix(
            VectorOpcode opcode,
            int bits,
            int reg,
            int vvvv,
            int x,
            int b,
            Opmask mask,
            int flags) {
        int r = ~reg >> 3 & 1;
        int upperR = ~reg >> 4 & 1;
        emit(0x62, r << 7 | x << 6 | b << 5 | upperR << 4 | opcode.map());
        emit((opcode.wide() ? 0x80 : 0) | (~vvvv & 15) << 3 | 4 | opcode.prefix());
        int vectorLength = bits == 512 ? 2 : bits == 256 ? 1 : 0;
        emit(flags | vectorLength << 5 | (~vvvv >> 4 & 1) << 3 | mask.ordinal());
        emit(opcode.opcode());
    }
}
