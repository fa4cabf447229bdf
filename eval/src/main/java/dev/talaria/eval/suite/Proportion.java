package dev.talaria.eval.suite;

/// A share of trials that passed.
public record Proportion(long passed, long n) {

    // Of the normal distribution, two-sided.
    private static final double Z_95 = 1.959963984540054;

    public Proportion {
        if (passed < 0 || passed > n) {
            throw new IllegalArgumentException("%d of %d is no share".formatted(passed, n));
        }
    }

    /// From 0 to 1; 0 of nothing.
    public double value() {
        return n == 0 ? 0 : (double) passed / n;
    }

    /// The lower end of Wilson's score interval of 95 %.
    public double low() {
        return n == 0 ? 0 : passed == 0 ? 0 : Math.max(0, centre() - halfWidth());
    }

    /// The upper end of Wilson's score interval of 95 %.
    public double high() {
        return n == 0 ? 1 : passed == n ? 1 : Math.min(1, centre() + halfWidth());
    }

    private double centre() {
        return (value() + Z_95 * Z_95 / (2 * n)) / (1 + Z_95 * Z_95 / n);
    }

    private double halfWidth() {
        double variance = value() * (1 - value()) / n + Z_95 * Z_95 / (4.0 * n * n);
        return Z_95 * Math.sqrt(variance) / (1 + Z_95 * Z_95 / n);
    }
}
