package dev.talaria.schemas.grammar;

import java.util.List;

/// How many elements of an array satisfy each of its `contains`.
///
/// The numbers so far are packed into one long, an equal share of its bits for each, and kept no
/// further than they matter.
///
/// @param bounds one for each `contains`
record ElementCounts(List<Bounds> bounds) {

    static final ElementCounts NONE = new ElementCounts(List.of());

    /// The most side by side.
    static final int MAX_COUNTS = 4;

    /// How many there are to be.
    ///
    /// @param maximum [ArrayShape#UNBOUNDED] where there is no bound
    /// @param apart whether an element that satisfies the schema must be counted
    record Bounds(long minimum, long maximum, boolean apart) {

        private boolean isUnbounded() {
            return maximum == ArrayShape.UNBOUNDED;
        }
    }

    boolean isEmpty() {
        return bounds.isEmpty();
    }

    private int width() {
        return 62 / bounds.size();
    }

    /// Whether the numbers fit their share of the bits.
    boolean areCountable() {
        long most = isEmpty() ? 0 : (1L << width()) - 1;
        for (Bounds bound : bounds) {
            long needed = bound.isUnbounded() ? bound.minimum() : bound.maximum();
            if (needed > most) {
                return false;
            }
        }
        return true;
    }

    /// The fewest elements that can settle them all.
    long least() {
        long least = 0;
        for (Bounds bound : bounds) {
            least = Math.max(least, bound.minimum());
        }
        return least;
    }

    long hits(int index, long packed) {
        return packed >>> index * width() & (1L << width()) - 1;
    }

    /// How many are missing of one.
    long owed(int index, long packed) {
        return Math.max(0, bounds.get(index).minimum() - hits(index, packed));
    }

    /// How many more there may be of one.
    long room(int index, long packed) {
        Bounds bound = bounds.get(index);
        return bound.isUnbounded() ? ArrayShape.UNBOUNDED : bound.maximum() - hits(index, packed);
    }

    boolean areSettled(long packed) {
        for (int i = 0; i < bounds.size(); i++) {
            if (owed(i, packed) > 0) {
                return false;
            }
        }
        return true;
    }

    /// Whether an element that adds to those may come.
    boolean admits(int added, long packed) {
        for (int i = 0; i < bounds.size(); i++) {
            if ((added >> i & 1) != 0 && room(i, packed) == 0) {
                return false;
            }
        }
        return true;
    }

    /// Those to which it does not matter any more whether an element adds.
    int indifferent(long packed) {
        int indifferent = 0;
        for (int i = 0; i < bounds.size(); i++) {
            if (!bounds.get(i).apart() && owed(i, packed) == 0) {
                indifferent |= 1 << i;
            }
        }
        return indifferent;
    }

    /// The numbers after an element that adds to those.
    long after(int added, long packed) {
        long after = packed;
        for (int i = 0; i < bounds.size(); i++) {
            boolean matters = !bounds.get(i).isUnbounded() || owed(i, packed) > 0;
            if ((added >> i & 1) != 0 && matters) {
                after += 1L << i * width();
            }
        }
        return after;
    }
}
