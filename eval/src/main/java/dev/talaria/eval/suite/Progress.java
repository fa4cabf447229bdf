package dev.talaria.eval.suite;

/// Hears how far a run has come. [#answered] is called on the model's threads, the others on the
/// run's own.
public interface Progress {

    /// Hears nothing.
    Progress SILENT = new Progress() {};

    /// @param trials in all
    /// @param before those that an earlier run has done
    default void begin(int trials, int before) {}

    /// An answer has come.
    default void answered(int completionTokens) {}

    /// It has been judged and written.
    default void judged(Verdict verdict) {}

    /// The run is over, or broken off.
    default void end() {}
}
