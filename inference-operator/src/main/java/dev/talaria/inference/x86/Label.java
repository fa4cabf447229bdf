package dev.talaria.inference.x86;

import java.util.ArrayList;
import java.util.List;

/// A place in the code of one [Assembler], to be jumped to from before and behind it.
public final class Label {

    private static final int NOWHERE = -1;

    private final List<Integer> jumps = new ArrayList<>();
    private int position = NOWHERE;

    boolean isBound() {
        return position != NOWHERE;
    }

    int position() {
        return position;
    }

    void bind(int here) {
        if (isBound()) {
            throw new IllegalStateException("a label stands at one place");
        }
        position = here;
    }

    /// Notes where the distance to this label is to be written.
    void addJump(int at) {
        jumps.add(at);
    }

    List<Integer> jumps() {
        return jumps;
    }
}
