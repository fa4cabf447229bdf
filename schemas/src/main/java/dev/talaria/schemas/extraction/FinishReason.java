package dev.talaria.schemas.extraction;

/// Why the model stopped writing.
public enum FinishReason {
    /// It ended its turn, the constrained value was complete, or a stop string came.
    STOP,
    /// The token limit was reached first.
    TOKEN_LIMIT,
    /// The request's time was over first.
    DEADLINE,
    /// The request was cancelled.
    CANCELLED,
    /// No token was generated: the request was refused before.
    NOT_STARTED
}
