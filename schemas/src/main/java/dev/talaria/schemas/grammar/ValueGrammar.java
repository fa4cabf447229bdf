package dev.talaria.schemas.grammar;

/// What begins in some state, and nothing after it.
final class ValueGrammar implements Grammar {

    private final State start;
    private final long cost;

    // What its recognizers share: configurations of bytes that are read, and of those only tried.
    // The latter are many and soon full; what was read is kept then.
    private volatile ConfigurationGraph read = new ConfigurationGraph();
    private volatile ConfigurationGraph tried = new ConfigurationGraph();

    ValueGrammar(Value value) {
        this(Before.nothing(value), value.cost());
    }

    /// @param cost bytes of the shortest completion
    ValueGrammar(State start, long cost) {
        this.start = start;
        this.cost = cost;
    }

    @Override
    public Recognizer start() {
        ConfigurationGraph kept = read;
        if (kept.isFull()) {
            kept = new ConfigurationGraph();
            read = kept;
        }
        ConfigurationGraph trials = tried;
        if (trials.isFull()) {
            trials = new ConfigurationGraph();
            tried = trials;
        }
        Branch whole = new Branch(start, new Branch[] {Branch.end()});
        return new StreamingRecognizer(whole, kept, trials);
    }

    @Override
    public int minimumBytes() {
        return Math.toIntExact(cost);
    }
}
