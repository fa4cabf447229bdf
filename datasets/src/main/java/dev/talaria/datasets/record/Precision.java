package dev.talaria.datasets.record;

/// The unit in which a file counts times of day, timestamps and durations.
public enum Precision {
    SECOND("s", 1_000_000_000L),
    MILLI("ms", 1_000_000L),
    MICRO("us", 1_000L),
    NANO("ns", 1L);

    private final String symbol;
    private final long nanos;

    Precision(String symbol, long nanos) {
        this.symbol = symbol;
        this.nanos = nanos;
    }

    /// `s`, `ms`, `us` or `ns`.
    public String symbol() {
        return symbol;
    }

    /// Nanoseconds of one unit.
    public long nanos() {
        return nanos;
    }

    /// Units of one second.
    public long perSecond() {
        return 1_000_000_000L / nanos;
    }
}
