package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.JsonText;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A schema without the keywords that no grammar enforces, which are left to validation.
///
/// Leaving out a keyword allows more values, except below `not`, `if`, `oneOf` and their like,
/// where it may allow fewer: there the whole outermost keyword of that kind is left out.
///
/// @param schema the text of what is left
/// @param lifted what was left out
record Relaxation(String schema, List<SchemaProblem> lifted) {

    private static final int MAX_ROUNDS = 64;

    private static final Set<String> NOT_MONOTONE =
            Set.of("not", "if", "then", "else", "oneOf", "contains", "dependencies");

    Relaxation {
        lifted = List.copyOf(lifted);
    }

    /// The schema itself.
    static Relaxation none(JsonNode schema) {
        return new Relaxation(schema.toString(), List.of());
    }

    /// Leaves out what is refused until nothing is.
    ///
    /// @throws UnsupportedSchemaException where something is refused that is no keyword to leave
    ///   out
    static Relaxation of(JsonNode schema) {
        JsonNode left = JsonText.schema(schema.toString());
        List<SchemaProblem> lifted = new ArrayList<>();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            try {
                GrammarCompiler.compile(left.toString());
                return new Relaxation(left.toString(), lifted);
            } catch (UnsupportedSchemaException e) {
                lift(left, e, lifted);
            }
        }
        throw new UnsupportedSchemaException(lifted);
    }

    private static void lift(
            JsonNode schema, UnsupportedSchemaException refusal, List<SchemaProblem> lifted) {
        boolean any = false;
        for (SchemaProblem problem : refusal.problems()) {
            any |= lift(schema, problem, lifted);
        }
        if (!any) {
            throw refusal;
        }
    }

    private static boolean lift(
            JsonNode schema, SchemaProblem problem, List<SchemaProblem> lifted) {
        String last = "/" + SchemaDocument.escape(problem.keyword());
        String pointer = problem.pointer();
        if (!pointer.endsWith(last)) {
            pointer += last;
        }
        List<String> steps = new ArrayList<>(List.of(pointer.substring(1).split("/")));
        steps.removeFirst();
        JsonNode at = schema;
        StringBuilder path = new StringBuilder("#");
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
                String keyword = problem.keyword();
                lifted.add(
                        new SchemaProblem(
                                keyword, path.toString(), problem.reason(), problem.suggestion()));
                return true;
            }
            at = at.isArray() ? at.get(Integer.parseInt(name)) : at.get(name);
        }
        return false;
    }

    // The step after `properties` and its like is a name that somebody chose.
    private static boolean isName(List<String> steps, int index) {
        return Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
                .contains(steps.get(index - 1));
    }
}
