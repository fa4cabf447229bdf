package dev.talaria.schemas.grammar;

/// What begins in some state, and nothing after it.
final class ValueGrammar implements Grammar {

    private final State start;
    private final long cost;
    private volatile Graphs graphs = new Graphs();

    /// What its recognizers share: configurations of bytes that are read, and of those only tried.
    private static final class Graphs {

        private final ConfigurationGraph read = new ConfigurationGraph();
        private final ConfigurationGraph tried = new ConfigurationGraph();
    }

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
        Graphs current = graphs;
        if (current.read.isFull() || current.tried.isFull()) {
            current = new Graphs();
            graphs = current;
        }
        Branch whole = new Branch(start, new Branch[] {Branch.end()});
        return new StreamingRecognizer(whole, current.read, current.tried);
    }

    @Override
    public int minimumBytes() {
        return Math.toIntExact(cost);
    }
}
