package dev.talaria.inference.kernel;

import dev.talaria.inference.x86.Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.Opmask;

/// Which lanes of a panel's two strips are outputs: code that products share.
final class PanelLanes {

    private PanelLanes() {}

    /// Sets [Opmask#K1] for the first strip, [Opmask#K2] for the second: all lanes, but for the
    /// last panel.
    ///
    /// @param mask a bit for every row of the last panel that there is; written over
    static void choose(Assembler code, Gpr panelsLeft, Gpr mask) {
        Label isLast = new Label();
        code.cmp(panelsLeft, 1);
        code.j(Condition.EQUAL, isLast);
        code.mov(mask, -1);
        code.bind(isLast);
        code.kmovd(Opmask.K1, mask);
        code.shr(mask, ByteMatrix.STRIP_ROWS);
        code.kmovd(Opmask.K2, mask);
    }
}
