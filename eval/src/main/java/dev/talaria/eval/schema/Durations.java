package dev.talaria.eval.schema;

import java.util.Arrays;

/// Many times in nanoseconds, and their percentiles. Adding one allocates only where there is no
/// room left.
final class Durations {

    private long[] nanos = new long[1 << 16];
    private int count;
    private long[] sorted;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
        sorted = null;
    }

    /// Adds the time of that number, or where it is known already keeps the shorter.
    ///
    /// @return the time that is known now
    long addLeast(int index, long duration) {
        if (index == count) {
            add(duration);
        } else if (duration < nanos[index]) {
            nanos[index] = duration;
            sorted = null;
        }
        return nanos[index];
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
        if (sorted == null) {
            sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
        }
        int rank = (int) Math.ceil(share * count);
        return sorted[Math.clamp(rank - 1, 0, count - 1)] / 1e3;
    }
}
