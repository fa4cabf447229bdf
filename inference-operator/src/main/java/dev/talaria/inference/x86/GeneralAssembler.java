package dev.talaria.inference.x86;

import java.util.ArrayList;
import java.util.List;

/// Control, general-purpose registers and the memory they point at: what the assemblers of vector
/// instructions have in common. One method an instruction, named as in Intel's manual, the
/// destination first.
///
/// What does not fit is an [IllegalArgumentException]. For one thread.
public abstract sealed class GeneralAssembler permits Assembler, Avx2Assembler {

    final Encoder encoder = new Encoder();
    private final List<Label> pending = new ArrayList<>();

    /// The code so far.
    ///
    /// @throws IllegalStateException where a label that is jumped to stands nowhere
    public byte[] code() {
        if (!pending.stream().allMatch(Label::isBound)) {
            throw new IllegalStateException("a label that is jumped to stands nowhere");
        }
        return encoder.bytes();
    }

    // ---- Control

    /// The label stands here.
    public void bind(Label label) {
        label.bind(encoder.length());
        for (int at : label.jumps()) {
            encoder.patch32(at, label.position() - at - Integer.BYTES);
        }
    }

    /// Fills up with instructions that do nothing.
    ///
    /// @param bytes a power of two; the code itself begins at a multiple of 64
    public void align(int bytes) {
        while (encoder.length() % bytes != 0) {
            encoder.emit(0x90);
        }
    }

    public void jmp(Label label) {
        encoder.emit(0xE9);
        distance(label);
    }

    /// Jumps where the last comparison says so.
    public void j(Condition condition, Label label) {
        encoder.emit(0x0F, 0x80 | condition.ordinal());
        distance(label);
    }

    private void distance(Label label) {
        int at = encoder.length();
        encoder.emit32(label.isBound() ? label.position() - at - Integer.BYTES : 0);
        if (!label.isBound()) {
            label.addJump(at);
            pending.add(label);
        }
    }

    public void ret() {
        encoder.emit(0xC3);
    }

    public void push(Gpr register) {
        pushOrPop(0x50, register);
    }

    public void pop(Gpr register) {
        pushOrPop(0x58, register);
    }

    private void pushOrPop(int opcode, Gpr register) {
        if (register.ordinal() > 7) {
            encoder.emit(0x41);
        }
        encoder.emit(opcode | register.ordinal() & 7);
    }

    // ---- General-purpose registers

    public void mov(Gpr to, Gpr from) {
        registers(0x89, from, to);
    }

    public void mov(Gpr to, Address from) {
        memory(0x8B, to, from);
    }

    public void mov(Address to, Gpr from) {
        memory(0x89, from, to);
    }

    /// Sets all 64 bits.
    public void mov(Gpr to, long value) {
        int number = to.ordinal();
        if ((int) value == value) {
            encoder.rex(0, number);
            encoder.emit(0xC7);
            encoder.modRm(0, number);
            encoder.emit32((int) value);
        } else {
            encoder.rex(0, number);
            encoder.emit(0xB8 | number & 7);
            encoder.emit64(value);
        }
    }

    /// The address itself, not what lies there.
    public void lea(Gpr to, Address from) {
        memory(0x8D, to, from);
    }

    public void add(Gpr to, Gpr from) {
        registers(0x01, from, to);
    }

    public void add(Gpr to, Address from) {
        memory(0x03, to, from);
    }

    public void add(Gpr to, int value) {
        immediate(0, to, value);
    }

    public void sub(Gpr to, Gpr from) {
        registers(0x29, from, to);
    }

    public void sub(Gpr to, int value) {
        immediate(5, to, value);
    }

    public void and(Gpr to, int value) {
        immediate(4, to, value);
    }

    /// Zero, where both are the same.
    public void xor(Gpr to, Gpr from) {
        registers(0x31, from, to);
    }

    public void cmp(Gpr a, Gpr b) {
        registers(0x39, b, a);
    }

    public void cmp(Gpr a, int value) {
        immediate(7, a, value);
    }

    public void test(Gpr a, Gpr b) {
        registers(0x85, b, a);
    }

    /// The lower half of the signed product.
    public void imul(Gpr to, Gpr from) {
        encoder.rex(to.ordinal(), from.ordinal());
        encoder.emit(0x0F, 0xAF);
        encoder.modRm(to.ordinal(), from.ordinal());
    }

    /// @param bits 2 to 63
    public void shl(Gpr to, int bits) {
        shiftRegister(4, to, bits);
    }

    /// @param bits 2 to 63
    public void shr(Gpr to, int bits) {
        shiftRegister(5, to, bits);
    }

    private void shiftRegister(int extension, Gpr to, int bits) {
        requireRange(bits, 2, 63);
        encoder.rex(0, to.ordinal());
        encoder.emit(0xC1);
        encoder.modRm(extension, to.ordinal());
        encoder.emit(bits);
    }

    public void dec(Gpr register) {
        encoder.rex(0, register.ordinal());
        encoder.emit(0xFF);
        encoder.modRm(1, register.ordinal());
    }

    public void inc(Gpr register) {
        encoder.rex(0, register.ordinal());
        encoder.emit(0xFF);
        encoder.modRm(0, register.ordinal());
    }

    private void registers(int opcode, Gpr reg, Gpr rm) {
        encoder.rex(reg.ordinal(), rm.ordinal());
        encoder.emit(opcode);
        encoder.modRm(reg.ordinal(), rm.ordinal());
    }

    private void memory(int opcode, Gpr reg, Address address) {
        encoder.rex(reg.ordinal(), address);
        encoder.emit(opcode);
        encoder.modRm(reg.ordinal(), address, 1);
    }

    private void immediate(int extension, Gpr to, int value) {
        encoder.rex(0, to.ordinal());
        boolean isShort = (byte) value == value;
        encoder.emit(isShort ? 0x83 : 0x81);
        encoder.modRm(extension, to.ordinal());
        if (isShort) {
            encoder.emit(value);
        } else {
            encoder.emit32(value);
        }
    }

    /// Asks for the cache line, for all levels.
    public void prefetcht0(Address address) {
        prefetch(1, address);
    }

    /// Asks for the cache line, from the second level on.
    public void prefetcht1(Address address) {
        prefetch(2, address);
    }

    /// Asks for a cache line that is used once.
    public void prefetchnta(Address address) {
        prefetch(0, address);
    }

    private void prefetch(int hint, Address address) {
        encoder.rexIfNeeded(0, address);
        encoder.emit(0x0F, 0x18);
        encoder.modRm(hint, address, 1);
    }

    /// Clears the upper parts of the first sixteen vector registers: before code that uses SSE.
    public void vzeroupper() {
        encoder.emit(0xC5, 0xF8, 0x77);
    }

    static VectorRegister requireBits(VectorRegister register, int bits) {
        if (register.bits() != bits) {
            throw new IllegalArgumentException(register + " where " + bits + " bits are wanted");
        }
        return register;
    }

    static void requireRange(int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(value + " is not within " + least + " and " + most);
        }
    }
}
