package dev.talaria.eval.schema;

import java.util.Arrays;

/// Many times in nanoseconds, and their percentiles. Adding one allocates only where there is no
/// room left.
final class Durations {

    private long[] nanos = new long[1 << 16];
    private int count;
    private boolean sorted;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
        sorted = false;
    }

    int count() {
        return count;
    }

    double meanMicros() {
        return count == 0 ? 0 : Arrays.stream(nanos, 0, count).average().orElse(0) / 1e3;
    }

    /// The least time that this share of all do not exceed; 0 where there are none.
    ///
    /// @param share above 0, up to 1
    double micros(double share) {
        if (count == 0) {
            return 0;
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        int rank = (int) Math.ceil(share * count);
        return nanos[Math.clamp(rank - 1, 0, count - 1)] / 1e3;
    }
}
