package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;
import dev.talaria.schemas.validation.SchemaSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A schema's value, without the keywords that no grammar enforces where these are left to
/// validation.
///
/// Leaving out a keyword allows more values, except below `not`, `if`, `oneOf` and their like,
/// where it may allow fewer: there the whole outermost keyword of that kind is left out.
///
/// @param value what the schema, or what is left of it, allows
/// @param lifted what was left out
record Relaxation(Value value, List<SchemaProblem> lifted) {

    private static final int MAX_ROUNDS = 64;

    private static final Set<String> NOT_MONOTONE =
            Set.of("not", "if", "then", "else", "oneOf", "contains", "dependencies");

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
            case HYBRID -> new Lifting(schema, source, options).relaxation();
        };
    }

    private static Value compile(JsonNode schema, SchemaSource source, GrammarOptions options) {
        return ValueCompiler.compile(SchemaDocument.read(schema, source).root(), options);
    }

    /// Leaves out what is refused, in the document and in those it refers to, until nothing is.
    private static final class Lifting {

        private final JsonNode schema;
        private final SchemaSource source;
        private final GrammarOptions options;
        private final Map<String, JsonNode> others = new HashMap<>();
        private final List<SchemaProblem> lifted = new ArrayList<>();

        /// @param schema is changed
        Lifting(JsonNode schema, SchemaSource source, GrammarOptions options) {
            this.schema = schema;
            this.source = source;
            this.options = options;
        }

        Relaxation relaxation() {
            for (int round = 0; round < MAX_ROUNDS; round++) {
                try {
                    return new Relaxation(compile(schema, this::left, options), lifted);
                } catch (UnsupportedSchemaException e) {
                    lift(e);
                }
            }
            throw new UnsupportedSchemaException(lifted);
        }

        // What is left of another document, or the whole of it.
        private Optional<String> left(String uri) {
            JsonNode other = others.get(uri);
            return other == null ? source.find(uri) : Optional.of(other.toString());
        }

        private void lift(UnsupportedSchemaException refusal) {
            if (!refusal.beyondValidation().isEmpty()) {
                throw new UnsupportedSchemaException(refusal.beyondValidation());
            }
            boolean any = false;
            for (SchemaProblem problem : refusal.problems()) {
                any |= lift(problem);
            }
            if (!any) {
                throw refusal;
            }
        }

        private boolean lift(SchemaProblem problem) {
            int hash = problem.pointer().indexOf('#');
            String uri = hash < 0 ? problem.pointer() : problem.pointer().substring(0, hash);
            JsonNode document = uri.isEmpty() ? schema : other(uri);
            if (document == null) {
                return false;
            }
            SchemaProblem found = Relaxation.lift(document, uri, problem);
            if (found == null) {
                return false;
            }
            lifted.add(found);
            return true;
        }

        // To be changed; null where the source has none of that URI.
        private JsonNode other(String uri) {
            JsonNode known = others.get(uri);
            Optional<String> text = known == null ? source.find(uri) : Optional.empty();
            if (text.isEmpty()) {
                return known;
            }
            JsonNode read = JsonText.schema(text.get());
            others.put(uri, read);
            return read;
        }
    }

    /// Takes a keyword, or the outermost one around it that has to go with it, out of a document.
    ///
    /// @return what was left out; null where there is no such keyword
    private static SchemaProblem lift(JsonNode document, String uri, SchemaProblem problem) {
        String last = "/" + SchemaDocument.escape(problem.keyword());
        String pointer = problem.pointer().substring(uri.length());
        if (!pointer.endsWith(last)) {
            pointer += last;
        }
        List<String> steps = new ArrayList<>(List.of(pointer.substring(1).split("/")));
        steps.removeFirst();
        JsonNode at = document;
        StringBuilder path = new StringBuilder(uri).append('#');
        for (int i = 0; i < steps.size() && at != null; i++) {
            String name = steps.get(i).replace("~1", "/").replace("~0", "~");
            path.append('/').append(steps.get(i));
            boolean isKeyword = i == 0 || !isName(steps, i);
            boolean whole = i == steps.size() - 1 || isKeyword && NOT_MONOTONE.contains(name);
            if (whole && at instanceof ObjectNode object && object.has(name)) {
                object.remove(name);
                if (name.equals("if")) {
                    object.remove(List.of("then", "else"));
                }
                return new SchemaProblem(
                        problem.keyword(), path.toString(), problem.reason(), problem.suggestion());
            }
            at = at.isArray() ? at.get(Integer.parseInt(name)) : at.get(name);
        }
        return null;
    }

    // The step after `properties` and its like is a name that somebody chose.
    private static boolean isName(List<String> steps, int index) {
        return Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
                .contains(steps.get(index - 1));
    }
}
