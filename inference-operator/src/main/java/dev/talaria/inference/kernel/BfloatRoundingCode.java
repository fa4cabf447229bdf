package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.zmm;

import dev.talaria.inference.x86.Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;

/// The machine code that rounds a row of activations to bfloat16, as [BfloatRows] lays it down: to
/// the nearest, ties to even; what is denormal becomes zero.
final class BfloatRoundingCode {

    // Arguments, in the order of BfloatTileProduct.
    private static final Gpr X = Gpr.RDI;
    private static final Gpr X_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    private static final Gpr PACKED_OFFSET = Gpr.RCX;
    private static final Gpr BLOCKS_LEFT = Gpr.R8;
    private static final Gpr BLOCK_STRIDE = Gpr.R9;

    private BfloatRoundingCode() {}

    static byte[] code() {
        Assembler code = new Assembler();
        Label next = new Label();
        code.add(X, X_OFFSET);
        code.add(PACKED, PACKED_OFFSET);
        code.bind(next);
        code.vmovups(zmm(0), at(X));
        code.vmovups(zmm(1), at(X).plus(ByteMatrix.VECTOR_BYTES));
        code.vcvtne2ps2bf16(zmm(0), zmm(1), zmm(0));
        code.vmovups(at(PACKED), zmm(0));
        code.add(X, 2 * ByteMatrix.VECTOR_BYTES);
        code.add(PACKED, BLOCK_STRIDE);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, next);
        code.vzeroupper();
        code.ret();
        return code.code();
    }
}
