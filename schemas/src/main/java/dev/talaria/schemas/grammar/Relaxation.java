package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;
import dev.talaria.schemas.validation.SchemaSource;

import tools.jackson.databind.JsonNode;

import java.util.List;

/// A schema's value, without the keywords that no grammar enforces where these are left to
/// validation.
///
/// @param value what the schema, or what is left of it, allows
/// @param lifted what was left out
record Relaxation(Value value, List<SchemaProblem> lifted) {

    private static final int MAX_ROUNDS = 64;

    Relaxation {
        lifted = List.copyOf(lifted);
    }

    /// The value of a schema, as far as the options say that it has to be enforced.
    ///
    /// @param source what references out of the document lead to
    /// @throws InvalidSchemaException where the text, or that of another, is not a schema
    /// @throws UnsupportedSchemaException where something is refused that is not to be left out, is
    ///   no keyword to leave out, or means as little to a validator
    static Relaxation of(String schemaJson, SchemaSource source, GrammarOptions options) {
        JsonNode schema = JsonText.schema(schemaJson);
        return switch (options.enforcement()) {
            case STRICT -> new Relaxation(compile(schema, source, options), List.of());
            case HYBRID -> lifted(schema, source, options);
        };
    }

    private static Value compile(JsonNode schema, SchemaSource source, GrammarOptions options) {
        return ValueCompiler.compile(SchemaDocument.read(schema, source).root(), options);
    }

    // Leaves out what is refused until nothing is.
    private static Relaxation lifted(JsonNode schema, SchemaSource source, GrammarOptions options) {
        Lifting lifting = new Lifting(schema, source);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            try {
                return new Relaxation(compile(schema, lifting, options), lifting.lifted());
            } catch (UnsupportedSchemaException e) {
                lifting.lift(e);
            }
        }
        throw new UnsupportedSchemaException(lifting.lifted());
    }
}
