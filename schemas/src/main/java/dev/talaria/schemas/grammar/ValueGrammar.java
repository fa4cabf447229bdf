package dev.talaria.schemas.grammar;

/// A value and nothing after it.
final class ValueGrammar implements Grammar {

    private final Value value;
    private volatile Graphs graphs = new Graphs();

    /// What its recognizers share: configurations of bytes that are read, and of those only tried.
    private static final class Graphs {

        private final ConfigurationGraph read = new ConfigurationGraph();
        private final ConfigurationGraph tried = new ConfigurationGraph();
    }

    ValueGrammar(Value value) {
        this.value = value;
    }

    @Override
    public Recognizer start() {
        Graphs current = graphs;
        if (current.read.isFull() || current.tried.isFull()) {
            current = new Graphs();
            graphs = current;
        }
        Branch whole = new Branch(new Before(value, 0), new Branch[] {Branch.end()});
        return new StreamingRecognizer(whole, current.read, current.tried);
    }

    @Override
    public int minimumBytes() {
        return Math.toIntExact(value.cost());
    }
}
