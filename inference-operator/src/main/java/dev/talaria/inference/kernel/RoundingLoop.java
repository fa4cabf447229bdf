package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;

import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.GeneralAssembler;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;

import java.util.List;

/// The way through a row that is rounded, block by block: code that [RoundingCode] and
/// [Avx2RoundingCode] share, and what counts as a scale for both.
final class RoundingLoop {

    static final int GREATEST = 127;
    static final int INFINITY_BITS = 0x7F80_0000;
    static final int NAN_BITS = 0x7FC0_0000;

    /// Below, 127 divided by it could be infinite. Such numbers count as zero.
    static final int LEAST_BITS = Float.floatToRawIntBits(0x1p-118f);

    // Arguments, in the order of ByteProduct.
    static final Gpr X = Gpr.RDI;
    private static final Gpr X_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    static final Gpr NUMBERS = Gpr.RCX;
    static final Gpr SCALES = Gpr.R8;
    private static final Gpr BLOCKS_LEFT = Gpr.R9;
    private static final List<Gpr> SAVED = List.of(Gpr.RBX, Gpr.RBP);

    // Bytes between blocks, and between what the rows of a tile have of one kind.
    private static final Gpr BLOCK_BYTES = Gpr.R10;
    static final Gpr KIND_BYTES = Gpr.R11;
    static final Gpr SUMS = Gpr.RAX;
    private static final Gpr SUMS_BYTES = Gpr.RBX;
    static final Gpr THREE_KINDS = Gpr.RBP;

    // Free once the arguments are read.
    static final Gpr BITS = Gpr.RSI;
    static final Gpr NUMBER = Gpr.RDX;

    private final GeneralAssembler code;
    private final Label next = new Label();

    RoundingLoop(GeneralAssembler code) {
        this.code = code;
    }

    /// Reads the arguments.
    void enter() {
        SAVED.forEach(code::push);
        code.add(X, X_OFFSET);
        code.add(NUMBERS, PACKED);
        code.add(SCALES, PACKED);
        int stack = (SAVED.size() + 1) * Long.BYTES;
        code.mov(BLOCK_BYTES, at(Gpr.RSP).plus(stack));
        code.mov(KIND_BYTES, at(Gpr.RSP).plus(stack + Long.BYTES));
        code.mov(SUMS, at(Gpr.RSP).plus(stack + 2 * Long.BYTES));
        code.mov(SUMS_BYTES, at(Gpr.RSP).plus(stack + 3 * Long.BYTES));
        code.add(SUMS, PACKED);
        code.lea(THREE_KINDS, at(KIND_BYTES).plus(KIND_BYTES, 2));
    }

    /// What is done with every block begins here.
    void begin() {
        code.bind(next);
    }

    /// It ends here; behind the last block the code returns.
    void end() {
        code.add(X, ByteForm.BLOCK_COLUMNS * Float.BYTES);
        code.add(NUMBERS, BLOCK_BYTES);
        code.add(SCALES, BLOCK_BYTES);
        code.add(SUMS, SUMS_BYTES);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, next);
        SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }
}
