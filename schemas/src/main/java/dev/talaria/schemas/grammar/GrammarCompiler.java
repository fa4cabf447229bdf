package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.SchemaSource;

/// JSON Schema in, grammar out.
///
/// What is enforced is enforced exactly: every string of the grammar satisfies the schema. What is
/// not enforced is refused by name, never ignored; `docs/json-schema-coverage.md` lists both. The
/// draft is the one `$schema` names, 2020-12 by default.
///
/// Schemas may come from strangers: text, nesting, combinations of branches and work are limited,
/// and beyond a limit there is an exception that says so.
public final class GrammarCompiler {

    private GrammarCompiler() {}

    /// Compiles a schema that refers to itself and the drafts' meta-schemas only, with the usual
    /// options.
    ///
    /// @throws InvalidSchemaException where the text is not a schema
    /// @throws UnsupportedSchemaException where some of it is not enforced, or no value satisfies
    ///   it
    public static Grammar compile(String schemaJson) {
        return compile(schemaJson, SchemaSource.NONE, GrammarOptions.DEFAULT);
    }

    /// As [#compile(String)], with options.
    public static Grammar compile(String schemaJson, GrammarOptions options) {
        return compile(schemaJson, SchemaSource.NONE, options);
    }

    /// As [#compile(String)], a schema that may refer to others.
    public static Grammar compile(String schemaJson, SchemaSource source) {
        return compile(schemaJson, source, GrammarOptions.DEFAULT);
    }

    /// Compiles a schema that may refer to others.
    ///
    /// @param source the others, by URI; nothing is fetched that it does not have
    /// @throws InvalidSchemaException where the text, or that of another, is not a schema
    /// @throws UnsupportedSchemaException where some of it is not enforced though it had to be, or
    ///   no value satisfies it
    public static Grammar compile(String schemaJson, SchemaSource source, GrammarOptions options) {
        return new ValueGrammar(value(schemaJson, source, options));
    }

    /// The value of a schema, for use inside another grammar.
    static Value value(String schemaJson) {
        return value(schemaJson, SchemaSource.NONE, GrammarOptions.DEFAULT);
    }

    private static Value value(String schemaJson, SchemaSource source, GrammarOptions options) {
        return Relaxation.of(schemaJson, source, options).value();
    }
}
