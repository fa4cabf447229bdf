package dev.talaria.inference.x86;

/// Memory for code on a system that refuses.
public final class RefusedCode {

    private static final int NOT_PERMITTED = 1;

    private RefusedCode() {}

    /// No memory is mapped.
    public static CodeMemory unmapped() {
        return CodeMemory.of(new RefusingCalls(NOT_PERMITTED, 0, 0));
    }

    /// Memory is not made executable, as on a hardened kernel.
    public static CodeMemory unsealed() {
        return CodeMemory.of(new RefusingCalls(0, NOT_PERMITTED, 0));
    }

    /// The tile registers are not permitted, as where the kernel does not know of them.
    public static CodeMemory withoutTiles() {
        return CodeMemory.of(new RefusingCalls(0, 0, NOT_PERMITTED));
    }
}
