package dev.talaria.inference.embedded;

/// Hears how far the loading of a model has come.
@FunctionalInterface
public interface LoadProgress {

    /// Hears nothing.
    LoadProgress SILENT = (bytes, ofBytes) -> {};

    /// Called on the loading thread, after every matrix or some megabytes of several; at last with
    /// both numbers the same.
    ///
    /// @param bytes of the weights that are in memory, as they lie there
    /// @param ofBytes of all weights
    void loaded(long bytes, long ofBytes);
}
