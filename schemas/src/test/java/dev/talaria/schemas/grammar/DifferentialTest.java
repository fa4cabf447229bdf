package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

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
class DifferentialTest {

    private static final int SCHEMAS = 250;
    private static final String[] KEYS = {"a", "b", "ab", ""};
    private static final String[] TYPES = {
        "null", "boolean", "integer", "number", "string", "array", "object"
    };
    private static final String[] PATTERNS = {"^a", "b$", "^[ab]*$", "^.$"};

    private final long seed = System.nanoTime();
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
        }
        assertThat(compiled).isGreaterThan(SCHEMAS / 4);
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
        switch (random.nextInt(depth > 0 ? 40 : 14)) {
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
            case 9 -> schema.put("multipleOf", random.nextBoolean() ? 2 : 0.5);
            case 10 -> schema.putArray("required").add(one(KEYS));
            case 11 -> schema.put("minItems", random.nextInt(2)).put("maxItems", 2);
            case 12 -> schema.put("minProperties", random.nextInt(3));
            case 13 -> schema.put("maxProperties", 1 + random.nextInt(2));
            case 14, 15, 16 -> addProperties(schema, depth);
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
            case 31 -> schema.putObject("dependentRequired").putArray(one(KEYS)).add(one(KEYS));
            case 32 -> schema.putObject("dependentSchemas").set(one(KEYS), inner(depth));
            case 33 -> schema.put("uniqueItems", true);
            case 34, 35 -> addContains(schema, depth);
            case 36 -> schema.set("unevaluatedItems", inner(depth));
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
                                            random.nextInt(-8, 9), 1 - random.nextInt(2)));
            case 4, 5 ->
                    SharedData.JSON
                            .getNodeFactory()
                            .stringNode(
                                    List.of("", "a", "b", "ab", "ba", "aba")
                                            .get(random.nextInt(6)));
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
