package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.GeneralAssembler;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;

/// Groups of neighbouring panels that are read side by side: as many streams, of which one runs on
/// while another waits for memory. Code that products with one row share.
final class PanelStreams {

    /// Panels of a group.
    static final int PANELS = 4;

    static final Gpr WEIGHTS = Gpr.RDI;
    static final Gpr PANEL_BYTES = Gpr.RSI;
    static final Gpr BLOCKS = Gpr.RBX;

    // What moves on within a group.
    private static final Gpr WEIGHT = Gpr.RAX;
    private static final Gpr FOURTH_WEIGHT = Gpr.R12;

    // What is asked for: it goes from group to group ahead of what is read.
    private static final Gpr AHEAD = Gpr.R13;
    private static final Gpr FOURTH_AHEAD = Gpr.R14;
    private static final Gpr AHEAD_LEFT = Gpr.R15;

    // How far ahead weights are asked for, in each stream.
    private static final int AHEAD_BYTES = 2048;

    private final GeneralAssembler code;
    private final ByteForm form;

    PanelStreams(GeneralAssembler code, ByteForm form) {
        this.code = code;
        this.form = form;
    }

    /// Sets what is asked for first: [#WEIGHTS], [#PANEL_BYTES] and [#BLOCKS] are set.
    void start() {
        Label isReady = new Label();
        int aheadBlocks = Math.ceilDiv(AHEAD_BYTES, form.streamBytes());
        code.mov(AHEAD, WEIGHTS);
        code.mov(AHEAD_LEFT, BLOCKS);
        code.cmp(BLOCKS, aheadBlocks);
        code.j(Condition.BELOW_OR_EQUAL, isReady);
        code.add(AHEAD, aheadBlocks * form.streamBytes());
        code.sub(AHEAD_LEFT, aheadBlocks);
        code.bind(isReady);
        fourth(FOURTH_AHEAD, AHEAD);
    }

    /// Sets the streams to the beginning of the group at [#WEIGHTS].
    void beginGroup() {
        code.mov(WEIGHT, WEIGHTS);
        fourth(FOURTH_WEIGHT, WEIGHT);
    }

    /// Sets [#WEIGHTS] to the next group.
    void endGroup() {
        code.mov(WEIGHTS, WEIGHT);
        skipPanels(WEIGHTS);
    }

    /// Where a panel's block lies.
    Address block(int panel) {
        return panel(WEIGHT, FOURTH_WEIGHT, panel);
    }

    /// Moves past what blocks share.
    void skipShared() {
        code.add(WEIGHT, form.sharedBytes());
        code.add(FOURTH_WEIGHT, form.sharedBytes());
    }

    void nextBlock() {
        code.add(WEIGHT, form.blockBytes());
        code.add(FOURTH_WEIGHT, form.blockBytes());
    }

    /// Asks for a block of each panel, ahead of the one that is read, a part of it in each step.
    void askFor(int step, int steps) {
        for (int panel = 0; panel < PANELS; panel++) {
            Address ahead = panel(AHEAD, FOURTH_AHEAD, panel);
            form.askFor(code, ahead, WeightReading.SIDE_BY_SIDE, step, steps);
        }
        if (step == steps - 1) {
            moveAhead();
        }
    }

    private void moveAhead() {
        Label isWithin = new Label();
        code.add(AHEAD, form.streamBytes());
        code.add(FOURTH_AHEAD, form.streamBytes());
        code.dec(AHEAD_LEFT);
        code.j(Condition.NOT_EQUAL, isWithin);
        code.mov(AHEAD_LEFT, BLOCKS);
        skipPanels(AHEAD);
        skipPanels(FOURTH_AHEAD);
        code.bind(isWithin);
    }

    private void skipPanels(Gpr pointer) {
        for (int panel = 1; panel < PANELS; panel++) {
            code.add(pointer, PANEL_BYTES);
        }
    }

    private void fourth(Gpr to, Gpr from) {
        code.lea(to, at(from).plus(PANEL_BYTES, 2));
        code.add(to, PANEL_BYTES);
    }

    private static Address panel(Gpr first, Gpr fourth, int panel) {
        return switch (panel) {
            case 0 -> at(first);
            case 1 -> at(first).plus(PANEL_BYTES, 1);
            case 2 -> at(first).plus(PANEL_BYTES, 2);
            default -> at(fourth);
        };
    }
}
