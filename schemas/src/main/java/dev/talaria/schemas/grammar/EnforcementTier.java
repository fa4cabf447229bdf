package dev.talaria.schemas.grammar;

/// How a keyword of a schema is held to.
public enum EnforcementTier {
    /// By the grammar, exactly: no answer violates it.
    ENFORCED,
    /// By validation after the answer, which is asked for again where it fails.
    VALIDATED,
    /// Not at all: the schema is refused.
    REFUSED,
    /// It says nothing about values.
    ANNOTATION,
    /// Nothing leads to the schema it is in, or its draft does not read it there.
    UNUSED
}
