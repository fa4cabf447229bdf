package dev.talaria.schemas.grammar;

/// The orders in which the members of an object may come.
public enum PropertyOrder {

    /// As the schema names them: those of `properties` (of a schema, then of those it applies),
    /// then names that are required only, then others in any order.
    SCHEMA,

    /// In any order, whoever writes chooses. Each comes once all the same. Where an `enum` lists
    /// more than 64 objects, those beyond have their members as they are written.
    ANY;

    /// The order of that name: `schema` or `any`.
    ///
    /// @throws IllegalArgumentException where there is none of that name
    public static PropertyOrder named(String name) {
        return switch (name) {
            case "schema" -> SCHEMA;
            case "any" -> ANY;
            default ->
                    throw new IllegalArgumentException("'" + name + "' is neither schema nor any");
        };
    }
}
