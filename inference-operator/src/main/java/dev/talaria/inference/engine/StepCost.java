package dev.talaria.inference.engine;

/// What steps of written tokens have cost of late: so much for reading the weights, and so much for
/// every row. A straight line through their times, old ones fading.
///
/// The line is that of the number of rows there are now: a few rows are as fast as one while memory
/// holds them all up, and many cost in proportion. It changes what is guessed, never what is
/// chosen.
///
/// Used by the engine's thread alone.
final class StepCost {

    // Of four- and eight-bit weights in machine code: see PERFORMANCE.md.
    private static final double ROWS_PER_READ_AT_FIRST = 5;
    private static final double MOST_ROWS_PER_READ = StepPlan.VERIFIED_ROWS;

    // About fifty steps.
    private static final double KEPT = 0.98;
    private static final double FEWEST_STEPS = 10;
    private static final double LEAST_VARIANCE = 0.1;

    private double steps;
    private double rows;
    private double nanos;
    private double squares;
    private double products;

    /// Learns what a step took.
    ///
    /// @param rows of written tokens and guesses, and no others
    void hear(int rows, long nanos) {
        steps = steps * KEPT + 1;
        this.rows = this.rows * KEPT + rows;
        this.nanos = this.nanos * KEPT + nanos;
        squares = squares * KEPT + (double) rows * rows;
        products = products * KEPT + (double) rows * nanos;
    }

    /// Rows that take as long as reading the weights once.
    double rowsPerRead() {
        double meanRows = rows / steps;
        double variance = squares / steps - meanRows * meanRows;
        if (steps < FEWEST_STEPS || variance < LEAST_VARIANCE) {
            return ROWS_PER_READ_AT_FIRST;
        }
        double ofRow = (products / steps - meanRows * nanos / steps) / variance;
        double ofRead = nanos / steps - ofRow * meanRows;
        return ofRow > 0 ? Math.clamp(ofRead / ofRow, 0, MOST_ROWS_PER_READ) : MOST_ROWS_PER_READ;
    }

    /// How many rows a token saves that was guessed right: its own, and in the step that it makes
    /// unnecessary its part of the read.
    ///
    /// @param writing sequences that share the read
    double rowsSaved(int writing) {
        return 1 + rowsPerRead() / writing;
    }
}
