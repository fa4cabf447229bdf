package dev.talaria.inference.kernel;

/// The sixteen numbers that the nibbles of `IQ4_NL` and `IQ4_XS` stand for: denser around zero,
/// where most weights are.
public final class NonlinearTable {

    private static final byte[] VALUES = {
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
    };

    private NonlinearTable() {}

    /// How many numbers there are.
    static final int SIZE = VALUES.length;

    /// The number at that place, 0 to 15; they ascend.
    public static int value(int place) {
        return VALUES[place];
    }
}
