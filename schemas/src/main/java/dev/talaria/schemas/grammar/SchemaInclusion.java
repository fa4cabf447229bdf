package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;
import dev.talaria.schemas.validation.SchemaSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/// Shows that every value of one schema is a value of another.
///
/// What is shown is true, for every reader of schemas; what is not shown may be true all the same,
/// and the finding says at which keyword the proof ended. The proof goes by structure: types,
/// bounds, lengths, expressions, members and elements are compared keyword by keyword, listed
/// values are judged one by one, branches are tried. The same two texts always get the same
/// verdict, and work is limited.
public final class SchemaInclusion {

    private SchemaInclusion() {}

    /// Where the proof ended.
    ///
    /// @param pointer the keyword of the wider schema that was not shown to hold
    /// @param reason what it asks for, and what the narrower schema has instead
    public record Obstacle(String pointer, String reason) {

        @Override
        public String toString() {
            return pointer + ": " + reason;
        }
    }

    /// Looks for a value of the one that may not be a value of the other.
    ///
    /// @param narrower a schema that refers to itself and the drafts' meta-schemas only
    /// @param wider as `narrower`
    /// @return empty where every value of `narrower` is a value of `wider`
    /// @throws InvalidSchemaException where one of the texts is not a schema
    public static Optional<Obstacle> obstacle(String narrower, String wider) {
        if (JsonText.schema(narrower).equals(JsonText.schema(wider))) {
            return Optional.empty();
        }
        try {
            SchemaNode inner = read(narrower);
            SchemaNode outer = read(wider);
            if ((inner.draft() == Draft.DRAFT_04) != (outer.draft() == Draft.DRAFT_04)) {
                return Optional.of(
                        new Obstacle(
                                "#/$schema",
                                "%s and %s differ in what a whole number is"
                                        .formatted(inner.draft(), outer.draft())));
            }
            return Optional.ofNullable(
                    new InclusionProof().obstacle(Premise.of(Set.of(inner)), outer));
        } catch (UnsupportedSchemaException e) {
            SchemaProblem first = e.problems().getFirst();
            return Optional.of(
                    new Obstacle(
                            first.pointer(),
                            "this is not compared: " + first.reason().replace('\n', ' ')));
        }
    }

    /// Looks for the shortest value of the one that is not a value of the other.
    ///
    /// @param narrower as for [#obstacle]
    /// @param wider as for [#obstacle]
    /// @return empty where there is none, or the two cannot be compared by a grammar
    /// @throws InvalidSchemaException where one of the texts is not a schema
    public static Optional<String> counterexample(String narrower, String wider) {
        JsonNode inner = JsonText.schema(narrower);
        JsonNode outer = JsonText.schema(wider);
        if (!inner.isObject() || !outer.isObject()) {
            return Optional.empty();
        }
        try {
            byte[] shortest =
                    GrammarCompiler.compile(difference(inner, outer)).start().shortestCompletion();
            return Optional.of(new String(shortest, StandardCharsets.UTF_8));
        } catch (UnsupportedSchemaException | InvalidSchemaException e) {
            return Optional.empty();
        }
    }

    // The values of the one that are none of the other, each with an identifier of its own, so that
    // what is relative to its root stays so.
    private static String difference(JsonNode inner, JsonNode outer) {
        ObjectNode difference = JsonNodeFactory.instance.objectNode();
        if (inner.has("$schema")) {
            difference.set("$schema", inner.get("$schema"));
        }
        ObjectNode schemas = difference.putObject("definitions");
        schemas.set("inner", called("urn:inner", inner));
        schemas.set("outer", called("urn:outer", outer));
        ArrayNode all = difference.putArray("allOf");
        all.addObject().put("$ref", "#/definitions/inner");
        all.addObject().putObject("not").put("$ref", "#/definitions/outer");
        return difference.toString();
    }

    private static JsonNode called(String name, JsonNode schema) {
        ObjectNode copy = (ObjectNode) schema.deepCopy();
        if (!copy.has("$id")) {
            copy.put("$id", name);
        }
        return copy;
    }

    private static SchemaNode read(String schema) {
        return SchemaDocument.read(JsonText.schema(schema), SchemaSource.NONE).root();
    }
}
