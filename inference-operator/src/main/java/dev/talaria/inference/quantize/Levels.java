package dev.talaria.inference.quantize;

import dev.talaria.inference.kernel.NonlinearTable;

/// The numbers a weight may become before it is scaled: neighbouring integers, or those of a table.
///
/// Levels are addressed by code, from 0: what the bits in a file say.
final class Levels {

    // Places of the table per unit: a place is the nearest number's but within an eighth of
    // halfway.
    private static final int RESOLUTION = 4;

    private final int least;
    private final int most;
    private final byte[] nearest;

    private Levels(int least, int most, byte[] nearest) {
        this.least = least;
        this.most = most;
        this.nearest = nearest;
    }

    /// The integers from `least` to `most`.
    static Levels integers(int least, int most) {
        return new Levels(least, most, null);
    }

    /// The table of `IQ4_NL`.
    static Levels table() {
        int least = NonlinearTable.value(0);
        int most = NonlinearTable.value(15);
        byte[] nearest = new byte[(most - least) * RESOLUTION + 1];
        for (int place = 0; place < nearest.length; place++) {
            float number = least + (float) place / RESOLUTION;
            for (int code = 1; code < 16; code++) {
                boolean isNearer =
                        Math.abs(NonlinearTable.value(code) - number)
                                < Math.abs(NonlinearTable.value(nearest[place]) - number);
                nearest[place] = isNearer ? (byte) code : nearest[place];
            }
        }
        return new Levels(least, most, nearest);
    }

    /// The least number.
    int least() {
        return least;
    }

    /// The code of the number nearest to `value`.
    int code(float value) {
        float within = Math.max(least, Math.min(most, value)) - least;
        return nearest == null ? round(within) : nearest[round(within * RESOLUTION)];
    }

    /// The number of a code.
    int number(int code) {
        return nearest == null ? least + code : NonlinearTable.value(code);
    }

    /// To the nearest integer, of two the even one; within -2^22 to 2^22.
    static int round(float value) {
        return Float.floatToRawIntBits(value + 0x1.8p23f) - 0x4B400000;
    }
}
