package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.zmm;

import dev.talaria.inference.x86.Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.Opmask;

/// The machine code of a [BfloatRounding].
final class BfloatCode {

    // Arguments, in the order of BfloatRounding.
    private static final Gpr X = Gpr.RDI;
    private static final Gpr X_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    private static final Gpr TO = Gpr.RCX;
    private static final Gpr BLOCKS_LEFT = Gpr.R8;
    private static final Gpr BLOCK_BYTES = Gpr.R9;

    private static final Gpr LAST_COLUMNS = Gpr.R10;
    private static final Gpr COLUMNS = Gpr.RAX;

    private static final int VECTOR_COLUMNS = 16;

    private BfloatCode() {}

    static byte[] code() {
        Assembler code = new Assembler();
        code.add(X, X_OFFSET);
        code.add(TO, PACKED);
        code.mov(LAST_COLUMNS, at(Gpr.RSP).plus(Long.BYTES));
        Label next = new Label();
        Label isLast = new Label();
        code.bind(next);
        code.mov(COLUMNS, LAST_COLUMNS);
        code.cmp(BLOCKS_LEFT, 1);
        code.j(Condition.EQUAL, isLast);
        code.mov(COLUMNS, -1);
        code.bind(isLast);
        code.kmovd(Opmask.K1, COLUMNS);
        code.shr(COLUMNS, VECTOR_COLUMNS);
        code.kmovd(Opmask.K2, COLUMNS);
        code.vmovups(zmm(0), Opmask.K1, at(X));
        code.vmovups(zmm(1), Opmask.K2, at(X).plus(VECTOR_COLUMNS * Float.BYTES));
        code.vcvtne2ps2bf16(zmm(2), zmm(1), zmm(0));
        code.vmovups(at(TO), zmm(2));
        code.add(X, FloatForm.BLOCK_COLUMNS * Float.BYTES);
        code.add(TO, BLOCK_BYTES);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, next);
        code.vzeroupper();
        code.ret();
        return code.code();
    }
}
