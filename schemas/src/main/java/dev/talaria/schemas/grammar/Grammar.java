package dev.talaria.schemas.grammar;

/// A compiled JSON Schema: the set of byte strings that are, in a canonical spelling, values that
/// satisfy it.
///
/// The spelling: UTF-8, an escape only where JSON needs one, numbers without exponent; white space
/// and the order of members as [GrammarOptions] say, by default one line, one space after `,` and
/// `:` and none elsewhere, properties in the schema's order. Every string of the grammar parses and
/// validates; a valid value in another spelling is not of the grammar.
///
/// The grammar knows bytes only: no token, no tokenizer, no model. Immutable and safe for use by
/// many threads; see `ARCHITECTURE.md` for how tokens are joined to it.
public interface Grammar {

    /// A recognizer before the first byte.
    Recognizer start();

    /// Length of the shortest value, in bytes; at least 1.
    int minimumBytes();
}
