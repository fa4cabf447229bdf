package dev.talaria.eval.statistics;

/// A range that holds the true value with 95 % confidence.
///
/// @param low its lower end
/// @param high its upper end, not below the lower
public record Interval(double low, double high) {

    /// The standard normal distribution's quantile for two sides of 2.5 %.
    static final double NORMAL_QUANTILE = 1.959963984540054;

    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("interval %s to %s".formatted(low, high));
        }
    }

    /// Wilson's score interval of a share.
    ///
    /// @param share from 0 to 1
    /// @param trials how many independent outcomes it is the share of, above 0; need not be whole
    public static Interval wilson(double share, double trials) {
        if (!(share >= 0 && share <= 1) || !(trials > 0)) {
            throw new IllegalArgumentException("share %s of %s".formatted(share, trials));
        }
        double z = NORMAL_QUANTILE;
        double width = 1 + z * z / trials;
        double middle = (share + z * z / (2 * trials)) / width;
        double half =
                z / width * Math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials));
        // The ends of shares 0 and 1 are exact; rounding must not move them.
        double low = share == 0 ? 0 : Math.clamp(middle - half, 0, share);
        double high = share == 1 ? 1 : Math.clamp(middle + half, share, 1);
        return new Interval(low, high);
    }

    /// Whether it holds the value.
    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
