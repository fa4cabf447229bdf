package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Made-up schemas and values, judged by the grammar and by the validator.
///
/// `-Dfuzz.schemas=100000` makes that many, `-Dfuzz.seed=…` the same again.
class DifferentialTest {

    private static final int SCHEMAS = Integer.getInteger("fuzz.schemas", 250);
    private static final String[] KEYS = {"a", "b", "ab", ""};
    private static final String[] TYPES = {
        "null", "boolean", "integer", "number", "string", "array", "object"
    };
    private static final String[] PATTERNS = {"^a", "b$", "^[ab]*$", "^.$"};

    private static final String[] FORMATS = {
        "date", "ipv4", "ipv6", "uuid", "email", "uri", "mine"
    };
    private static final String[] TEXTS = {
        "", "a", "b", "ab", "ba", "aba", "2020-02-30", "2020-02-29", "1.2.3.4", "::1", "a@b.com"
    };
    private static final double[] FACTORS = {2, 0.5, 3, 150, 1000, 0.125};

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    static List<GrammarOptions> options() {
        return EveryOption.ALL;
    }

    @ParameterizedTest
    @MethodSource("options")
    void theGrammarAndTheValidatorAgree(GrammarOptions options) {
        int compiled = 0;
        for (int i = 0; i < SCHEMAS; i++) {
            ObjectNode schema = schema(3);
            schema.set("$defs", SharedData.JSON.createObjectNode().set("d", schema(2)));
            schema.put("$dynamicAnchor", "here");
            Grammar grammar;
            try {
                grammar = GrammarCompiler.compile(schema.toString(), options);
            } catch (UnsupportedSchemaException refused) {
                continue;
            }
            compiled++;
            SchemaValidator validator = NetworkntValidator.of(schema.toString());
            for (int j = 0; j < 25; j++) {
                compare(schema, grammar, options, validator, value(3));
            }
            String walked = Walk.random(grammar.start(), random.nextInt(60), random, () -> {});
            assertThat(validator.validate(walked))
                    .as("seed %d, %s: %s of %s", seed, options, walked, schema)
                    .isEmpty();
            for (int j = 0; j < 5; j++) {
                JsonNode changed = changed(SharedData.JSON.readTree(walked));
                compare(schema, grammar, options, validator, changed);
            }
        }
        assertThat(compiled).isGreaterThan(SCHEMAS / 4);
    }

    /// Nothing satisfies a schema and its opposite, and everything one of them.
    @Test
    void aSchemaAndItsOppositeShareNothingAndLeaveNothingOut() {
        int either = 0;
        for (int i = 0; i < SCHEMAS; i++) {
            ObjectNode schema = schema(2);
            String defs = "\"$dynamicAnchor\": \"here\", \"$defs\": {\"d\": " + schema(1) + "}}";
            String opposite = "{\"not\": " + schema + "}";
            String context = "seed " + seed + ": " + schema + ", " + defs;
            assertNothing(
                    "{\"allOf\": [" + schema + ", " + opposite + "], " + defs, "and: " + context);
            assertNothing(
                    "{\"oneOf\": [" + schema + ", " + schema + "], " + defs, "xor: " + context);
            try {
                Grammar all =
                        Walk.grammar("{\"anyOf\": [" + schema + ", " + opposite + "], " + defs);
                either++;
                for (int j = 0; j < 5; j++) {
                    JsonNode value = value(2);
                    assertThat(
                                    InstanceSpelling.isAccepted(
                                            all, GrammarOptions.DEFAULT, random, schema, value))
                            .as("%s: %s", context, value)
                            .isTrue();
                }
            } catch (UnsupportedSchemaException refused) {
                continue;
            }
        }
        assertThat(either).isGreaterThan(SCHEMAS / 4);
    }

    private static void assertNothing(String schema, String context) {
        try {
            Recognizer recognizer = Walk.grammar(schema).start();
            assertThat(recognizer.shortestCompletion()).asString().as(context).isNull();
        } catch (UnsupportedSchemaException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    /// The value with one of its parts replaced, doubled or left out.
    private JsonNode changed(JsonNode value) {
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

    private void compare(
            JsonNode schema,
            Grammar grammar,
            GrammarOptions options,
            SchemaValidator validator,
            JsonNode value) {
        String text = new String(CanonicalJson.of(value), StandardCharsets.UTF_8);
        assertThat(InstanceSpelling.isAccepted(grammar, options, random, schema, value))
                .as("seed %d, %s: %s of %s", seed, options, text, schema)
                .isEqualTo(validator.validate(text).isEmpty());
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private ObjectNode schema(int depth) {
        ObjectNode schema = SharedData.JSON.createObjectNode();
        int keywords = 1 + random.nextInt(3);
        for (int i = 0; i < keywords; i++) {
            addKeyword(schema, depth);
        }
        return schema;
    }

    private JsonNode inner(int depth) {
        return random.nextInt(12) == 0
                ? SharedData.JSON.getNodeFactory().booleanNode(random.nextBoolean())
                : schema(depth - 1);
    }

    private void addKeyword(ObjectNode schema, int depth) {
        switch (random.nextInt(depth > 0 ? 44 : 15)) {
            case 0, 1 -> schema.put("type", one(TYPES));
            case 2 ->
                    schema.putArray("type")
                            .add(TYPES[random.nextInt(4)])
                            .add("object")
                            .add("string");
            case 3 -> schema.putArray("enum").add(value(2)).add(value(1)).add(value(0));
            case 4 -> schema.set("const", value(1));
            case 5 -> schema.put("minimum", random.nextInt(-3, 4));
            case 6 -> schema.put("exclusiveMaximum", random.nextInt(-3, 6) / 2.0);
            case 7 -> schema.put("minLength", random.nextInt(3)).put("maxLength", 2);
            case 8 -> schema.put("pattern", one(PATTERNS));
            case 9 -> schema.put("multipleOf", FACTORS[random.nextInt(FACTORS.length)]);
            case 10 -> addRequired(schema);
            case 11 -> schema.put("minItems", random.nextInt(2)).put("maxItems", 2);
            case 12 -> schema.put("minProperties", random.nextInt(3));
            case 13 -> schema.put("maxProperties", 1 + random.nextInt(2));
            case 14 -> schema.put("format", one(FORMATS));
            case 15, 16 -> addProperties(schema, depth);
            case 17 -> schema.set("additionalProperties", inner(depth));
            case 18 -> schema.set("items", inner(depth));
            case 19 -> schema.putArray("prefixItems").add(inner(depth)).add(inner(depth));
            case 20 -> schema.putArray("anyOf").add(inner(depth)).add(inner(depth));
            case 21 -> schema.putArray("allOf").add(inner(depth)).add(inner(depth));
            case 22 -> schema.putArray("oneOf").add(inner(depth)).add(inner(depth));
            case 23, 24 -> schema.set("not", inner(depth));
            case 25, 26 -> schema.putObject("patternProperties").set(one(PATTERNS), inner(depth));
            case 27 -> schema.set("propertyNames", inner(depth));
            case 28 -> schema.set("unevaluatedProperties", inner(depth));
            case 29, 30 -> addConditional(schema, depth);
            case 31, 37 -> addDependentRequired(schema);
            case 32 -> schema.putObject("dependentSchemas").set(one(KEYS), inner(depth));
            case 33 -> schema.put("uniqueItems", true);
            case 34, 35 -> addContains(schema, depth);
            case 36 -> schema.set("unevaluatedItems", inner(depth));
            case 38 -> addCases(schema, depth);
            case 39 ->
                    schema.putObject("properties").putObject(one(KEYS)).put("$dynamicRef", "#here");
            default -> schema.put("$ref", "#/$defs/d");
        }
    }

    private void addContains(ObjectNode schema, int depth) {
        schema.set("contains", inner(depth));
        if (random.nextInt(3) == 0) {
            schema.put("minContains", random.nextInt(3));
        }
        if (random.nextInt(3) == 0) {
            schema.put("maxContains", random.nextInt(3));
        }
    }

    private void addRequired(ObjectNode schema) {
        ArrayNode required = schema.putArray("required").add(one(KEYS));
        if (random.nextBoolean()) {
            required.add("c");
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

    private void addProperties(ObjectNode schema, int depth) {
        ObjectNode properties = schema.putObject("properties");
        for (int i = 0; i < 2; i++) {
            properties.set(one(KEYS), inner(depth));
        }
    }

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> SharedData.JSON.getNodeFactory().nullNode();
            case 1 -> SharedData.JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 2, 3 ->
                    SharedData.JSON
                            .getNodeFactory()
                            .numberNode(
                                    BigDecimal.valueOf(
                                            random.nextInt(-8, 9), random.nextInt(-2, 2)));
            case 4, 5 -> SharedData.JSON.getNodeFactory().stringNode(one(TEXTS));
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
}
