package dev.talaria.schemas.validation;

/// What `format` means to a validator; JSON Schema leaves the choice.
public enum FormatAssertion {
    /// A value of another format is a violation.
    ASSERTED,
    /// Formats are words about a value and no more.
    IGNORED
}
