package dev.talaria.inference.kernel;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Avx2Assembler;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.VectorRegister;

/// What [PanelLanes] is for processors with AVX2: a panel's outputs are four registers, and which
/// lanes of them are outputs a register says, by the highest bits of its lanes.
///
/// @param counts 32 bytes of the stack, by which a mask's bits are shifted to be the highest
/// @param scratch written over by all methods
record Avx2Lanes(Avx2Assembler code, Address counts, Gpr scratch) {

    /// Bytes of a register.
    static final int VECTOR = 32;

    /// Registers that a row of outputs of a panel takes.
    static final int HALVES = ByteMatrix.PANEL_ROWS * Float.BYTES / VECTOR;

    // One a byte, the first lane's is the lowest.
    private static final long TO_HIGHEST_BITS = 0x18191A1B_1C1D1E1FL;

    /// Sets the counts.
    ///
    /// @param free written over
    void prepare(VectorRegister free) {
        code.mov(scratch, TO_HIGHEST_BITS);
        code.mov(counts, scratch);
        code.vpmovzxbd(free, counts);
        code.vmovdqa(counts, free);
    }

    /// Has [#next] begin with the first half.
    ///
    /// @param mask a bit for every row of the last panel that there is
    void begin(Address mask) {
        code.mov(scratch, mask);
    }

    /// Sets the lanes of the next half.
    void next(VectorRegister lanes) {
        code.vmovd(lanes.lower(128), scratch);
        code.vpbroadcastd(lanes, lanes.lower(128));
        code.vpsllvd(lanes, lanes, counts);
        code.shr(scratch, VECTOR / Float.BYTES);
    }

    /// Sets all lanes of a register to one word.
    void fill(VectorRegister register, int word) {
        code.mov(scratch, word);
        code.vmovd(register.lower(128), scratch);
        code.vpbroadcastd(register, register.lower(128));
    }
}
