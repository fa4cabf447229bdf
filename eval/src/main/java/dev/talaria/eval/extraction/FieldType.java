package dev.talaria.eval.extraction;

/// What the values of a field are, which says how two spellings of one are recognized.
public enum FieldType {
    /// Case, white space, compatibility forms, quotation marks, dashes and trailing punctuation do
    /// not matter.
    TEXT,
    /// The number counts, whatever its separators; currencies differ only where both are named.
    AMOUNT,
    /// The day counts, whatever its spelling; a time of day after it is left out.
    DATE,
    /// True or false, also as yes and no.
    BOOLEAN
}
