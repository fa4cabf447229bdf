package dev.talaria.eval.extraction;

/// How the values found for a field compare to those it has. A wrong value counts twice: as
/// spurious, and because the right one is missing.
///
/// @param correct values found that are right
/// @param spurious values found that are not
/// @param missing values that were not found
public record FieldCounts(long correct, long spurious, long missing) {

    /// Nothing counted yet.
    public static final FieldCounts NONE = new FieldCounts(0, 0, 0);

    public FieldCounts plus(FieldCounts other) {
        return new FieldCounts(
                correct + other.correct, spurious + other.spurious, missing + other.missing);
    }

    /// The share of the values found that are right; 0 where none was found.
    public double precision() {
        return share(correct, correct + spurious);
    }

    /// The share of the values there are that was found; 0 where there is none.
    public double recall() {
        return share(correct, correct + missing);
    }

    /// The harmonic mean of precision and recall; 0 where nothing is right.
    public double f1() {
        return share(2 * correct, 2 * correct + spurious + missing);
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
