package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.Set;

/// What the parts of a schema's JSON are: schemas, collections of schemas, or plain values.
enum SchemaPlaces {
    /// A schema.
    SCHEMA,
    /// An object of schemas by name, or an array of them.
    SCHEMAS,
    /// The values of `enum` and `const`.
    VALUES,
    /// Below a name that no draft gives schemas: nothing is known of it.
    UNKNOWN;

    /// Keywords whose value is one schema; of `items`, an array is several.
    static final Set<String> ONE =
            Set.of(
                    "items",
                    "additionalItems",
                    "unevaluatedItems",
                    "contains",
                    "additionalProperties",
                    "unevaluatedProperties",
                    "propertyNames",
                    "not",
                    "if",
                    "then",
                    "else",
                    "contentSchema");

    private static final Set<String> SEVERAL =
            Set.of(
                    "items",
                    "prefixItems",
                    "allOf",
                    "anyOf",
                    "oneOf",
                    "properties",
                    "patternProperties",
                    "$defs",
                    "definitions",
                    "dependentSchemas",
                    "dependencies");

    /// What is found there under a name.
    SchemaPlaces inside(String name, JsonNode value) {
        return switch (this) {
            case SCHEMA -> {
                if (name.equals("enum") || name.equals("const")) {
                    yield VALUES;
                }
                boolean one = ONE.contains(name) && !value.isArray();
                yield one ? SCHEMA : SEVERAL.contains(name) ? SCHEMAS : UNKNOWN;
            }
            // The lists of names in `dependencies` are no schemas.
            case SCHEMAS -> value.isArray() ? UNKNOWN : SCHEMA;
            case VALUES -> VALUES;
            case UNKNOWN -> UNKNOWN;
        };
    }
}
