package dev.talaria.pipeline.faults;

/// What a process under [ClockAgent] takes for the time of day.
public final class JumpingClock {

    private static volatile long offsetMillis;

    private JumpingClock() {}

    /// In the place of [System#currentTimeMillis].
    public static long currentTimeMillis() {
        return System.currentTimeMillis() + offsetMillis;
    }

    /// Sets the clock: so far ahead of the machine's, or behind it.
    static void set(long aheadMillis) {
        offsetMillis = aheadMillis;
    }
}
