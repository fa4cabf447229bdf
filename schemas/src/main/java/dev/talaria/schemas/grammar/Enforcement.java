package dev.talaria.schemas.grammar;

/// What becomes of keywords that the grammar does not enforce.
public enum Enforcement {
    /// A schema with such a keyword is refused.
    STRICT,
    /// Such keywords are left to validation after the answer, and the answer asked for again where
    /// they do not hold. The grammar enforces the rest.
    HYBRID
}
