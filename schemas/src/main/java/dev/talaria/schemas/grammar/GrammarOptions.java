package dev.talaria.schemas.grammar;

import static java.util.Objects.requireNonNull;

/// How a schema becomes a grammar, beyond what the schema itself says. Immutable.
///
/// Whatever the options, every value of the grammar satisfies the schema, or what is left of it
/// where [Enforcement#HYBRID] leaves some of it to validation.
///
/// @param enforcement what becomes of keywords that the grammar does not enforce
/// @param order the orders in which the members of an object may come
public record GrammarOptions(Enforcement enforcement, PropertyOrder order) {

    /// Everything enforced or the schema refused, members in the schema's order.
    public static final GrammarOptions DEFAULT =
            new GrammarOptions(Enforcement.STRICT, PropertyOrder.SCHEMA);

    public GrammarOptions {
        requireNonNull(enforcement, "enforcement");
        requireNonNull(order, "order");
    }

    /// The same with that enforcement.
    public GrammarOptions with(Enforcement other) {
        return new GrammarOptions(other, order);
    }

    /// The same with that order.
    public GrammarOptions with(PropertyOrder other) {
        return new GrammarOptions(enforcement, other);
    }
}
