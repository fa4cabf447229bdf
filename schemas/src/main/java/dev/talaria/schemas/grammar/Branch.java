package dev.talaria.schemas.grammar;

/// One reading of the bytes so far that can still be completed: where the value under way stands,
/// and what goes on when it is whole.
///
/// The returns of a branch, their returns and so on are the open arrays and objects around the
/// value. Readings in the same state share what is above them, so their number stays that of the
/// schema's alternatives however deep the value is. Immutable.
final class Branch {

    private static final Branch[] NONE = {};
    private static final int MAX_MERGE_DEPTH = 32;

    private final State state;
    private final Branch[] returns;
    private final long outerCost;
    private final ConfigurationGraph graph;

    Branch(State state, Branch[] returns) {
        this(state, returns, null);
    }

    /// @param graph in which there is no other such branch; null where there may be
    Branch(State state, Branch[] returns, ConfigurationGraph graph) {
        this.state = state;
        this.returns = returns;
        this.outerCost = cheapestOf(returns);
        this.graph = graph;
    }

    /// Whether the graph has no other branch like it.
    @SuppressWarnings("ReferenceEquality") // this graph and no other
    boolean isOf(ConfigurationGraph other) {
        return graph == other;
    }

    /// The branch that waits for the whole document.
    static Branch end() {
        return new Branch(End.END, NONE);
    }

    State state() {
        return state;
    }

    Branch[] returns() {
        return returns;
    }

    /// Whether the whole document may end here.
    boolean isWhole() {
        return outerCost == 0 && state.mayEnd();
    }

    /// Bytes of the shortest completion of the whole document.
    long cost(Steps steps) {
        return state.cost(steps) + outerCost;
    }

    /// A lower bound of how many different values the outermost value of the branch may still
    /// become: values that differ inside differ.
    long completions() {
        return state.completions();
    }

    /// The same place, one step on.
    @SuppressWarnings("ReferenceEquality") // the same state is the same object
    Branch to(State next) {
        return next == state ? this : new Branch(next, returns);
    }

    /// The return with the shortest completion.
    Branch cheapestReturn() {
        for (Branch candidate : returns) {
            if (candidate.waitingCost() == outerCost) {
                return candidate;
            }
        }
        throw new IllegalStateException("the document is already whole");
    }

    private static long cheapestOf(Branch[] returns) {
        long cheapest = returns.length == 0 ? 0 : Long.MAX_VALUE;
        for (Branch candidate : returns) {
            cheapest = Math.min(cheapest, candidate.waitingCost());
        }
        return cheapest;
    }

    // A branch that waits does so after a whole member or element: its cost needs no text.
    private long waitingCost() {
        return state.cost(null) + outerCost;
    }

    /// One branch for two in the same state; null where they cannot be joined.
    Branch mergedWith(Branch other) {
        return merge(this, other, MAX_MERGE_DEPTH);
    }

    @SuppressWarnings("ReferenceEquality") // nothing new is made where nothing changed
    private static Branch merge(Branch a, Branch b, int depth) {
        if (a == b) {
            return a;
        }
        if (depth == 0 || !a.state.equals(b.state)) {
            return null;
        }
        if (a.returns == b.returns) {
            return a;
        }
        Branch[] union = a.returns;
        for (Branch candidate : b.returns) {
            union = with(union, candidate, depth - 1);
        }
        return union == a.returns ? a : new Branch(a.state, union);
    }

    private static Branch[] with(Branch[] returns, Branch more, int depth) {
        for (int i = 0; i < returns.length; i++) {
            Branch joined = merge(returns[i], more, depth);
            if (joined == returns[i]) {
                return returns;
            }
            if (joined != null) {
                Branch[] replaced = returns.clone();
                replaced[i] = joined;
                return replaced;
            }
        }
        Branch[] longer = new Branch[returns.length + 1];
        System.arraycopy(returns, 0, longer, 0, returns.length);
        longer[returns.length] = more;
        return longer;
    }
}
