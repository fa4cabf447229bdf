package dev.talaria.eval.bench;

/// What a speed is held back by on a machine that does everything else for nothing.
enum Limit {
    /// A step must read every weight once, for however few rows.
    MEMORY_READ("memory read"),
    /// Every row is multiplied with every weight.
    MULTIPLY_ADD("multiply-add");

    private final String label;

    Limit(String label) {
        this.label = label;
    }

    /// What reports call it.
    String label() {
        return label;
    }
}
