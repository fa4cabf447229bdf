package dev.talaria.inference.x86;

import java.util.List;
import java.util.Locale;

/// A general-purpose register, used whole: 64 bits.
public enum Gpr {
    RAX,
    RCX,
    RDX,
    RBX,
    RSP,
    RBP,
    RSI,
    RDI,
    R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    R14,
    R15;

    /// Those that a function gives back as it got them, but for the stack pointer. System V ABI,
    /// AMD64, 3.2.1.
    public static final List<Gpr> CALLEE_SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

    /// As the assembler of the GNU tools calls it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
