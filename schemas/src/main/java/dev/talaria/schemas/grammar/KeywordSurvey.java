package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Walks over every schema object of a document and says of each key how it is held to.
final class KeywordSurvey {

    private static final Set<String> SCHEMAS_BY_NAME =
            Set.of("properties", "patternProperties", "dependentSchemas", "dependencies");

    private static final Set<String> SCHEMA_LISTS =
            Set.of("allOf", "anyOf", "oneOf", "prefixItems", "items");

    private static final Set<String> DEFINITIONS = Set.of("$defs", "definitions");

    private final Map<String, String> restrictions;
    private final String draft;
    private final boolean referencesStandAlone;
    private final Map<String, SchemaProblem> refused = new HashMap<>();
    private final Map<String, SchemaProblem> lifted = new HashMap<>();
    private final Map<String, JsonNode> schemas = new LinkedHashMap<>();
    private final Set<String> reached = new HashSet<>();
    private final Deque<String> unfollowed = new ArrayDeque<>();
    private final List<KeywordOccurrence> occurrences = new ArrayList<>();

    KeywordSurvey(
            JsonNode schema,
            GrammarOptions options,
            List<SchemaProblem> problems,
            List<SchemaProblem> validated) {
        restrictions = restrictions(options);
        Draft known = draftOf(schema);
        draft = known.toString();
        referencesStandAlone = known.isBefore(Draft.DRAFT_2019_09);
        problems.forEach(problem -> note(refused, problem));
        validated.forEach(problem -> note(lifted, problem));
        collect("#", schema);
        reach("#");
        while (!unfollowed.isEmpty()) {
            follow(unfollowed.removeFirst());
        }
        schemas.forEach(this::survey);
    }

    private static Map<String, String> restrictions(GrammarOptions options) {
        Map<String, String> restrictions = new HashMap<>();
        restrictions.put("pattern", "texts on which ECMA-262 and Java differ are left out");
        restrictions.put("format", "may be narrower than the standard");
        if (options.order() == PropertyOrder.SCHEMA) {
            restrictions.put("properties", "members come in this order");
            restrictions.put("additionalProperties", "after the declared members");
        }
        return restrictions;
    }

    private static Draft draftOf(JsonNode schema) {
        JsonNode named = schema.get("$schema");
        if (named == null || !named.isString()) {
            return Draft.DRAFT_2020_12;
        }
        Draft draft = Draft.find(named.stringValue());
        if (draft == null) {
            throw Draft.unknown(named.stringValue(), "#/$schema");
        }
        return draft;
    }

    // A problem points at its keyword, or at the schema the keyword is in.
    private static void note(Map<String, SchemaProblem> problems, SchemaProblem problem) {
        problems.putIfAbsent(problem.pointer(), problem);
        problems.putIfAbsent(
                problem.pointer() + "/" + SchemaDocument.escape(problem.keyword()), problem);
    }

    String draft() {
        return draft;
    }

    List<KeywordOccurrence> occurrences() {
        return occurrences;
    }

    int schemas() {
        return schemas.size();
    }

    private void collect(String pointer, JsonNode schema) {
        if (!schema.isObject() && !schema.isBoolean()) {
            return;
        }
        schemas.put(pointer, schema);
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            children(pointer, keyword.getKey(), keyword.getValue()).forEach(this::collect);
        }
    }

    private static Map<String, JsonNode> children(String pointer, String name, JsonNode value) {
        Map<String, JsonNode> children = new LinkedHashMap<>();
        String below = pointer + "/" + SchemaDocument.escape(name);
        if (value.isArray() && SCHEMA_LISTS.contains(name)) {
            for (int i = 0; i < value.size(); i++) {
                children.put(below + "/" + i, value.get(i));
            }
        } else if (SchemaPlaces.ONE.contains(name)) {
            children.put(below, value);
        } else if (value.isObject() && (isByName(name) || DEFINITIONS.contains(name))) {
            value.properties()
                    .forEach(each ->
                            children.put(
                                    below + "/" + SchemaDocument.escape(each.getKey()),
                                    each.getValue()));
        }
        return children;
    }

    private static boolean isByName(String name) {
        return SCHEMAS_BY_NAME.contains(name);
    }

    private void reach(String pointer) {
        if (schemas.containsKey(pointer) && reached.add(pointer)) {
            unfollowed.addLast(pointer);
        }
    }

    private void follow(String pointer) {
        JsonNode schema = schemas.get(pointer);
        boolean alone = referencesStandAlone && schema.has("$ref");
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            String name = keyword.getKey();
            if (name.equals("$ref") || name.equals("$dynamicRef") || name.equals("$recursiveRef")) {
                refer(keyword.getValue());
            } else if (!alone && !DEFINITIONS.contains(name)) {
                children(pointer, name, keyword.getValue()).keySet().forEach(this::reach);
            }
        }
    }

    // Where a reference leads that is no pointer into this document is not looked for: then every
    // schema may be meant.
    private void refer(JsonNode reference) {
        String target = reference.asString("");
        if (target.equals("#") || target.startsWith("#/") && reachPointer(target)) {
            return;
        }
        schemas.keySet().forEach(this::reach);
    }

    private boolean reachPointer(String target) {
        boolean known = schemas.containsKey(target);
        reach(target);
        return known;
    }

    private void survey(String pointer, JsonNode schema) {
        boolean alone = referencesStandAlone && schema.has("$ref");
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            String name = keyword.getKey();
            String at = pointer + "/" + SchemaDocument.escape(name);
            boolean unread = alone && !name.equals("$ref") && !KeywordList.isWithoutEffect(name);
            occurrences.add(occurrence(pointer, at, name, schema, unread));
        }
    }

    private KeywordOccurrence occurrence(
            String pointer, String at, String name, JsonNode schema, boolean unread) {
        SchemaProblem problem = refused.get(at);
        if (problem != null) {
            return new KeywordOccurrence(
                    name,
                    at,
                    EnforcementTier.REFUSED,
                    problem.reason() + "; " + problem.suggestion());
        }
        if (isLifted(at)) {
            return new KeywordOccurrence(
                    name, at, EnforcementTier.VALIDATED, "left to validation after the answer");
        }
        if (KeywordList.isWithoutEffect(name) && !isBranch(name, schema)) {
            return new KeywordOccurrence(name, at, EnforcementTier.ANNOTATION, "");
        }
        if (!reached.contains(pointer)) {
            return new KeywordOccurrence(
                    name, at, EnforcementTier.UNUSED, "nothing refers to this schema");
        }
        if (unread) {
            return new KeywordOccurrence(
                    name,
                    at,
                    EnforcementTier.UNUSED,
                    draft + " reads nothing beside a $ref; wrap the reference in allOf");
        }
        return known(at, name, schema);
    }

    private KeywordOccurrence known(String at, String name, JsonNode schema) {
        boolean says = KeywordList.isEnforced(name) || isBranch(name, schema);
        if (!says && KeywordList.insteadOf(name) == null) {
            return new KeywordOccurrence(
                    name, at, EnforcementTier.ANNOTATION, "no keyword of any draft");
        }
        if (name.equals("format") && isAnnotation(schema.get(name))) {
            return new KeywordOccurrence(
                    name, at, EnforcementTier.ANNOTATION, "no format of the specification");
        }
        return new KeywordOccurrence(
                name, at, EnforcementTier.ENFORCED, restrictions.getOrDefault(name, ""));
    }

    // They mean something beside another keyword only.
    private static boolean isBranch(String name, JsonNode schema) {
        return switch (name) {
            case "then", "else" -> schema.has("if");
            case "minContains", "maxContains" -> schema.has("contains");
            default -> false;
        };
    }

    private static boolean isAnnotation(JsonNode format) {
        String name = format.asString("");
        return Formats.isAnnotation(name);
    }

    // What lies below a keyword that is left to validation is left with it.
    private boolean isLifted(String at) {
        for (int end = at.length(); end > 0; end = at.lastIndexOf('/', end - 1)) {
            if (lifted.containsKey(at.substring(0, end))) {
                return true;
            }
        }
        return false;
    }
}
