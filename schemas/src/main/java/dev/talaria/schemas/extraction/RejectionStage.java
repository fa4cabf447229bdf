package dev.talaria.schemas.extraction;

/// How far a document came before it was rejected.
public enum RejectionStage {
    /// The record could not be read, its task is unknown, its schema cannot be enforced, or the
    /// prompt does not fit. No compute was spent.
    REQUEST,
    /// The token limit, or the time limit, ended the answer before it was complete.
    LENGTH,
    /// Every attempt failed validation.
    VALIDATION,
    /// The engine failed on this document.
    ENGINE
}
