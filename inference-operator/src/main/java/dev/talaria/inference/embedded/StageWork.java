package dev.talaria.inference.embedded;

/// What one stage of the forward passes took, and what it had to do.
///
/// @param name of the stage, in lower case
/// @param seconds of wall time
/// @param matrixBytes of the weights that a pass reads in it; 0 where it has none
/// @param multiplyAddsPerRow of its matrices for one row; 0 where it has none
public record StageWork(String name, double seconds, long matrixBytes, long multiplyAddsPerRow) {

    /// The stage that has a row only where logits are wanted.
    public static final String LOGITS = "logits";
}
