package dev.talaria.schemas.grammar;

import static java.util.Objects.requireNonNull;

/// How a schema becomes a grammar, beyond what the schema itself says. Immutable.
///
/// Whatever the options, every value of the grammar satisfies the schema, or what is left of it
/// where [Enforcement#HYBRID] leaves some of it to validation.
///
/// @param enforcement what becomes of keywords that the grammar does not enforce
/// @param order the orders in which the members of an object may come
/// @param spelling the white space between tokens
public record GrammarOptions(Enforcement enforcement, PropertyOrder order, Spelling spelling) {

    /// Everything enforced or the schema refused, members in the schema's order, one space after
    /// every `,` and `:`.
    public static final GrammarOptions DEFAULT =
            new GrammarOptions(Enforcement.STRICT, PropertyOrder.SCHEMA, Spelling.SINGLE_SPACE);

    public GrammarOptions {
        requireNonNull(enforcement, "enforcement");
        requireNonNull(order, "order");
        requireNonNull(spelling, "spelling");
    }

    /// The same with that enforcement.
    public GrammarOptions with(Enforcement other) {
        return new GrammarOptions(other, order, spelling);
    }

    /// The same with that order.
    public GrammarOptions with(PropertyOrder other) {
        return new GrammarOptions(enforcement, other, spelling);
    }

    /// The same with that spelling.
    public GrammarOptions with(Spelling other) {
        return new GrammarOptions(enforcement, order, other);
    }
}
