package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Makes up schemas of a draft, every keyword that it has among them, and values for them: few
/// names, texts and numbers, so that they meet.
final class RandomSchemas {

    private static final Map<Draft, String> URIS =
            Map.of(
                    Draft.DRAFT_04, "http://json-schema.org/draft-04/schema#",
                    Draft.DRAFT_06, "http://json-schema.org/draft-06/schema#",
                    Draft.DRAFT_07, "http://json-schema.org/draft-07/schema#",
                    Draft.DRAFT_2019_09, "https://json-schema.org/draft/2019-09/schema",
                    Draft.DRAFT_2020_12, "https://json-schema.org/draft/2020-12/schema");

    private static final String[] KEYS = {"a", "b", "ab", ""};
    private static final String[] TYPES = {
        "null", "boolean", "integer", "number", "string", "array", "object"
    };
    private static final String[] PATTERNS = {"^a", "b$", "^[ab]*$", "^.$"};
    private static final String[] WITH_BACK_REFERENCES = {"^a", "^[ab]*$", "([ab]).*\\1"};
    private static final String[] TEXTS = {
        "", "a", "b", "ab", "ba", "aba", "2020-02-30", "2020-02-29", "1.2.3.4", "::1", "a@b.com"
    };
    private static final double[] FACTORS = {2, 0.5, 3, 150, 1000, 0.125};

    private final Draft draft;
    private final RandomGenerator random;
    private final String[] patterns;
    private final List<Keyword> scalar = new ArrayList<>();
    private final List<Keyword> all;

    /// Adds a keyword to a schema that may have schemas that many levels deep inside.
    @FunctionalInterface
    private interface Keyword {
        void addTo(ObjectNode schema, int depth);
    }

    RandomSchemas(Draft draft, RandomGenerator random) {
        this(draft, random, PATTERNS);
    }

    private RandomSchemas(Draft draft, RandomGenerator random, String[] patterns) {
        this.draft = draft;
        this.random = random;
        this.patterns = patterns;
        addScalar();
        all = new ArrayList<>(scalar);
        addApplicators();
        if (!draft.isBefore(Draft.DRAFT_06)) {
            addThoseOfDraft06();
        }
        if (!draft.isBefore(Draft.DRAFT_07)) {
            all.add(this::addConditional);
            all.add(this::addConditional);
            all.add(this::addCases);
        }
        if (draft.isBefore(Draft.DRAFT_2019_09)) {
            all.add(this::addDependencies);
            all.add(this::addDependencies);
        } else {
            addThoseOf2019();
        }
    }

    /// Some of their patterns are such as no grammar enforces.
    static RandomSchemas withBackReferences(Draft draft, RandomGenerator random) {
        return new RandomSchemas(draft, random, WITH_BACK_REFERENCES);
    }

    private void addScalar() {
        scalar.add((schema, _) -> schema.put("type", one(TYPES)));
        scalar.add((schema, _) -> schema.put("type", one(TYPES)));
        scalar.add((schema, _) -> addTypes(schema));
        scalar.add((schema, _) -> addEnum(schema));
        scalar.add((schema, _) -> schema.put("minimum", random.nextInt(-3, 4)));
        scalar.add((schema, _) -> addExclusiveMaximum(schema));
        scalar.add((schema, _) -> schema.put("minLength", random.nextInt(3)).put("maxLength", 2));
        scalar.add((schema, _) -> schema.put("pattern", one(patterns)));
        scalar.add(
                (schema, _) -> schema.put("multipleOf", FACTORS[random.nextInt(FACTORS.length)]));
        scalar.add((schema, _) -> addRequired(schema));
        scalar.add((schema, _) -> schema.put("minItems", random.nextInt(2)).put("maxItems", 2));
        scalar.add((schema, _) -> schema.put("minProperties", random.nextInt(3)));
        scalar.add((schema, _) -> schema.put("maxProperties", 1 + random.nextInt(2)));
        scalar.add((schema, _) -> schema.put("format", one(formats())));
        scalar.add((schema, _) -> schema.put("uniqueItems", true));
        if (!draft.isBefore(Draft.DRAFT_06)) {
            scalar.add((schema, _) -> schema.set("const", value(1)));
        }
    }

    // Those that the draft knows, and one that none knows.
    private String[] formats() {
        return draft.isBefore(Draft.DRAFT_07)
                ? new String[] {"date-time", "ipv4", "ipv6", "email", "uri", "hostname", "mine"}
                : draft.isBefore(Draft.DRAFT_2019_09)
                        ? new String[] {"date", "ipv4", "ipv6", "time", "email", "uri", "mine"}
                        : new String[] {"date", "ipv4", "ipv6", "uuid", "email", "uri", "mine"};
    }

    private void addApplicators() {
        all.add(this::addProperties);
        all.add(this::addProperties);
        all.add((schema, depth) -> schema.set("additionalProperties", booleanOr(depth)));
        all.add((schema, depth) -> schema.set("items", inner(depth)));
        all.add(this::addTuple);
        all.add((schema, depth) -> schema.putArray("anyOf").add(inner(depth)).add(inner(depth)));
        all.add((schema, depth) -> schema.putArray("allOf").add(inner(depth)).add(inner(depth)));
        all.add((schema, depth) -> schema.putArray("oneOf").add(inner(depth)).add(inner(depth)));
        all.add((schema, depth) -> schema.set("not", inner(depth)));
        all.add((schema, depth) -> schema.set("not", inner(depth)));
        all.add((schema, depth) ->
                schema.putObject("patternProperties").set(one(patterns), inner(depth)));
        all.add((schema, depth) ->
                schema.putObject("patternProperties").set(one(patterns), inner(depth)));
        all.add((schema, _) -> addDistinctTexts(schema));
        for (int i = 0; i < 3; i++) {
            all.add((schema, _) -> schema.put("$ref", "#/" + definitions() + "/d"));
        }
    }

    private void addThoseOfDraft06() {
        all.add((schema, depth) -> schema.set("propertyNames", inner(depth)));
        all.add(this::addContains);
        all.add(this::addContains);
    }

    private void addThoseOf2019() {
        all.add((schema, depth) -> schema.set("unevaluatedProperties", inner(depth)));
        all.add((schema, depth) -> schema.set("unevaluatedItems", inner(depth)));
        all.add((schema, _) -> addDependentRequired(schema));
        all.add((schema, _) -> addDependentRequired(schema));
        all.add((schema, depth) ->
                schema.putObject("dependentSchemas").set(one(KEYS), inner(depth)));
        all.add((schema, _) ->
                schema.putObject("properties").set(one(KEYS), referenceToTheOutermost()));
    }

    private ObjectNode referenceToTheOutermost() {
        ObjectNode reference = SharedData.JSON.createObjectNode();
        return draft == Draft.DRAFT_2019_09
                ? reference.put("$recursiveRef", "#")
                : reference.put("$dynamicRef", "#here");
    }

    /// A schema that names its draft, and has one beside it that it may refer to.
    ///
    /// @param depth how many levels of schemas there may be
    ObjectNode document(int depth) {
        ObjectNode document = anyDocument(depth);
        while (isReadInSeveralWays(document)) {
            document = anyDocument(depth);
        }
        return document;
    }

    // What contains finds is unevaluated in 2019-09, as its specification has it; validators take
    // it for evaluated, as it is since.
    private boolean isReadInSeveralWays(ObjectNode document) {
        return draft == Draft.DRAFT_2019_09
                && document.findValue("contains") != null
                && document.findValue("unevaluatedItems") != null;
    }

    private ObjectNode anyDocument(int depth) {
        ObjectNode document = SharedData.JSON.createObjectNode().put("$schema", URIS.get(draft));
        // Beside a reference nothing is read there, and so no such anchor either.
        if (draft == Draft.DRAFT_2020_12) {
            document.put("$dynamicAnchor", "here");
        }
        if (draft == Draft.DRAFT_2019_09) {
            document.put("$recursiveAnchor", true);
        }
        document.setAll(schema(depth));
        document.putObject(definitions()).set("d", schema(depth - 1));
        return document;
    }

    private String definitions() {
        return draft.isBefore(Draft.DRAFT_2019_09) ? "definitions" : "$defs";
    }

    /// A schema that may refer to the one beside it.
    ObjectNode schema(int depth) {
        ObjectNode schema = SharedData.JSON.createObjectNode();
        List<Keyword> keywords = depth > 0 ? all : scalar;
        for (int i = random.nextInt(3); i >= 0; i--) {
            keywords.get(random.nextInt(keywords.size())).addTo(schema, depth);
        }
        return schema;
    }

    private JsonNode inner(int depth) {
        return draft.isBefore(Draft.DRAFT_06) ? schema(depth - 1) : booleanOr(depth);
    }

    private JsonNode booleanOr(int depth) {
        return random.nextInt(12) == 0
                ? JsonNodeFactory.instance.booleanNode(random.nextBoolean())
                : schema(depth - 1);
    }

    private void addTypes(ObjectNode schema) {
        schema.putArray("type").add(TYPES[random.nextInt(4)]).add("object").add("string");
    }

    // None twice, whatever its spelling: old drafts do not allow that.
    private void addEnum(ObjectNode schema) {
        Set<JsonNode> seen = new HashSet<>();
        ArrayNode values = schema.putArray("enum");
        for (int depth = 2; depth >= 0; depth--) {
            JsonNode value = value(depth);
            if (seen.add(SharedData.JSON.readTree(CanonicalJson.of(value)))) {
                values.add(value);
            }
        }
    }

    private void addExclusiveMaximum(ObjectNode schema) {
        double bound = random.nextInt(-3, 6) / 2.0;
        if (draft.isBefore(Draft.DRAFT_06)) {
            schema.put("maximum", bound).put("exclusiveMaximum", random.nextBoolean());
        } else {
            schema.put("exclusiveMaximum", bound);
        }
    }

    private void addRequired(ObjectNode schema) {
        ArrayNode required = schema.putArray("required").add(one(KEYS));
        if (random.nextBoolean()) {
            required.add("c");
        }
    }

    private void addProperties(ObjectNode schema, int depth) {
        ObjectNode properties = schema.putObject("properties");
        for (int i = 0; i < 2; i++) {
            properties.set(one(KEYS), inner(depth));
        }
    }

    private void addTuple(ObjectNode schema, int depth) {
        boolean old = draft.isBefore(Draft.DRAFT_2020_12);
        schema.putArray(old ? "items" : "prefixItems").add(inner(depth)).add(inner(depth));
        if (old && random.nextBoolean()) {
            schema.set("additionalItems", booleanOr(depth));
        }
    }

    private void addDistinctTexts(ObjectNode schema) {
        ObjectNode text = schema.put("uniqueItems", true).putObject("items");
        text.put("type", "string").put("format", one(formats()));
        if (random.nextBoolean()) {
            schema.put("minItems", 1 + random.nextInt(2));
        }
    }

    private void addContains(ObjectNode schema, int depth) {
        schema.set("contains", inner(depth));
        boolean counted = !draft.isBefore(Draft.DRAFT_2019_09);
        if (counted && random.nextInt(3) == 0) {
            schema.put("minContains", random.nextInt(3));
        }
        if (counted && random.nextInt(3) == 0) {
            schema.put("maxContains", random.nextInt(3));
        }
    }

    private void addDependencies(ObjectNode schema, int depth) {
        ObjectNode needs = schema.putObject("dependencies");
        for (int i = random.nextInt(3); i >= 0; i--) {
            if (random.nextBoolean()) {
                needs.putArray(one(KEYS)).add(one(KEYS));
            } else {
                needs.set(one(KEYS), inner(depth));
            }
        }
    }

    private void addDependentRequired(ObjectNode schema) {
        ObjectNode needs = schema.putObject("dependentRequired");
        for (int i = random.nextInt(3); i >= 0; i--) {
            needs.putArray(one(KEYS)).add(one(KEYS));
        }
    }

    // Several conditions on one member, as tagged unions are written.
    private void addCases(ObjectNode schema, int depth) {
        ArrayNode cases = schema.putArray("allOf");
        for (int i = 0; i < 3; i++) {
            ObjectNode each = cases.addObject();
            each.putObject("if").putObject("properties").putObject("a").set("const", value(0));
            each.set(random.nextInt(4) == 0 ? "else" : "then", inner(depth));
        }
    }

    private void addConditional(ObjectNode schema, int depth) {
        schema.set("if", inner(depth));
        if (random.nextInt(3) > 0) {
            schema.set("then", inner(depth));
        }
        if (random.nextInt(3) > 0) {
            schema.set("else", inner(depth));
        }
    }

    /// A value of that many levels at most.
    JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> JsonNodeFactory.instance.nullNode();
            case 1 -> JsonNodeFactory.instance.booleanNode(random.nextBoolean());
            case 2, 3 ->
                    JsonNodeFactory.instance.numberNode(
                            BigDecimal.valueOf(random.nextInt(-8, 9), random.nextInt(-2, 2)));
            case 4, 5 -> JsonNodeFactory.instance.stringNode(one(TEXTS));
            case 6 -> {
                ArrayNode array = SharedData.JSON.createArrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = SharedData.JSON.createObjectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(one(KEYS), value(depth - 1));
                }
                yield object;
            }
        };
    }

    /// The value with one of its parts replaced, doubled or left out.
    JsonNode changed(JsonNode value) {
        if (value.isEmpty() || random.nextInt(3) == 0) {
            return value(1);
        }
        if (value.isArray()) {
            ArrayNode array = (ArrayNode) value.deepCopy();
            int index = random.nextInt(array.size());
            switch (random.nextInt(3)) {
                case 0 -> array.remove(index);
                case 1 -> array.add(array.get(index));
                default -> array.set(index, changed(array.get(index)));
            }
            return array;
        }
        ObjectNode object = (ObjectNode) value.deepCopy();
        List<String> names = List.copyOf(object.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(3)) {
            case 0 -> object.remove(name);
            case 1 -> object.set(one(KEYS), value(1));
            default -> object.set(name, changed(object.get(name)));
        }
        return object;
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }
}
