package dev.talaria.schemas.grammar;

/// One keyword in one place of a schema, and how it is held to.
///
/// @param pointer where it stands, as a fragment: `#/properties/total/minimum`
/// @param note what is left out of the values that satisfy it, or why it is not enforced and what
///   to write instead; empty where there is nothing to say
public record KeywordOccurrence(
        String keyword, String pointer, EnforcementTier tier, String note) {}
