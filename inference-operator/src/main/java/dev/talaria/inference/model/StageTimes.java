package dev.talaria.inference.model;

/// How long a model's forward passes took, by stage: wall time, as the thread sees it that computes
/// the pass. Kept by every pass; used by that thread alone.
public final class StageTimes {

    private static final Stage[] STAGES = Stage.values();

    private final long[] nanos = new long[STAGES.length];
    private long since;

    StageTimes() {}

    /// Nanoseconds in a stage since [#clear].
    public long nanos(Stage stage) {
        return nanos[stage.ordinal()];
    }

    /// Begins anew.
    public void clear() {
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = 0;
        }
    }

    void start() {
        since = System.nanoTime();
    }

    /// What has passed since the last end, or the start, was this stage's.
    void end(Stage stage) {
        long now = System.nanoTime();
        nanos[stage.ordinal()] += now - since;
        since = now;
    }
}
