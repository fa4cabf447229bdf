package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What is shown is true: held against another program's verdicts on values.
class SchemaInclusionTest {

    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "0",
                    "1",
                    "2",
                    "2.5",
                    "-3",
                    "7",
                    "\"\"",
                    "\"a\"",
                    "\"ab\"",
                    "\"abc\"",
                    "[]",
                    "[1]",
                    "[1, 1]",
                    "[\"a\", 1]",
                    "[null, 2.5, \"ab\"]",
                    "[[1], []]",
                    "{}",
                    "{\"a\": 1}",
                    "{\"a\": \"ab\"}",
                    "{\"b\": null}",
                    "{\"a\": 2.5, \"b\": []}",
                    "{\"a\": {\"a\": 1}}",
                    "{\"ab\": 7}",
                    "{\"a\": 1, \"ab\": \"a\", \"c\": true}",
                    "{\"a\": [1, 1], \"b\": {}}",
                    "{\"b\": {\"a\": null, \"b\": 2}}",
                    "{\"c\": \"abc\", \"a\": 0}");

    @Test
    void whatIsShownOfRandomSchemasHoldsForEveryValue() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int shown = 0;
        for (int round = 0; round < 800; round++) {
            String wider = schema(random, 3);
            String narrower = random.nextInt(3) == 0 ? schema(random, 3) : changed(wider, random);
            if (SchemaInclusion.obstacle(narrower, wider).isEmpty()) {
                shown++;
                holds(narrower, wider, seed);
            }
        }
        assertThat(shown).as("seed " + seed).isGreaterThan(60);
    }

    private static void holds(String narrower, String wider, long seed) {
        SchemaValidator inner = NetworkntValidator.of(narrower);
        SchemaValidator outer = NetworkntValidator.of(wider);
        List<String> values = new ArrayList<>(VALUES);
        SchemaInclusion.counterexample(narrower, wider).ifPresent(values::add);
        for (String value : values) {
            if (inner.validate(value).isEmpty()) {
                assertThat(outer.validate(value))
                        .as("seed %d: %s of %s against %s", seed, value, narrower, wider)
                        .isEmpty();
            }
        }
    }

    // One keyword of the same name from another schema, or one left out, or one more.
    private static String changed(String schema, Random random) {
        JsonNode read = SharedData.JSON.readTree(schema);
        JsonNode other = SharedData.JSON.readTree(schema(random, 2));
        if (!read.isObject() || !other.isObject()) {
            return schema;
        }
        ObjectNode changed = (ObjectNode) read;
        List<String> names = new ArrayList<>(changed.propertyNames());
        if (random.nextBoolean() && !names.isEmpty()) {
            changed.remove(names.get(random.nextInt(names.size())));
        }
        other.properties().stream()
                .filter(each -> random.nextBoolean())
                .forEach(each -> changed.set(each.getKey(), each.getValue()));
        return changed.toString();
    }

    private static String schema(Random random, int depth) {
        if (depth == 0 || random.nextInt(12) == 0) {
            return pick(
                    random, "true", "{}", "{\"type\": \"integer\"}", "{\"const\": \"a\"}", "false");
        }
        Map<String, String> keywords = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            add(keywords, random, depth - 1);
        }
        List<String> members = new ArrayList<>();
        keywords.forEach((name, value) -> members.add("\"" + name + "\": " + value));
        return "{" + String.join(", ", members) + "}";
    }

    private static void add(Map<String, String> keywords, Random random, int depth) {
        String number = pick(random, "0", "1", "2", "2.5", "7");
        String count = pick(random, "0", "1", "2");
        String name = pick(random, "a", "b", "ab");
        switch (random.nextInt(24)) {
            case 0, 1, 2 ->
                    keywords.put(
                            "type",
                            pick(
                                    random,
                                    "\"object\"",
                                    "\"array\"",
                                    "\"number\"",
                                    "[\"string\", \"null\"]",
                                    "[\"integer\", \"object\", \"boolean\"]"));
            case 3 -> keywords.put("minimum", number);
            case 4 -> keywords.put(pick(random, "maximum", "exclusiveMaximum"), number);
            case 5 -> keywords.put("multipleOf", pick(random, "0.5", "1", "2"));
            case 6 -> keywords.put(pick(random, "minLength", "maxLength"), count);
            case 7 -> keywords.put("pattern", pick(random, "\"^a\"", "\"b\"", "\"^[ab]*$\""));
            case 8 -> keywords.put(pick(random, "minItems", "maxItems"), count);
            case 9 -> keywords.put("uniqueItems", "true");
            case 10 -> keywords.put(pick(random, "items", "contains"), schema(random, depth));
            case 11 -> keywords.put("prefixItems", list(random, depth));
            case 12, 13, 14 ->
                    keywords.put(
                            "properties",
                            "{\"a\": %s, \"b\": %s}"
                                    .formatted(schema(random, depth), schema(random, depth)));
            case 15 -> keywords.put("required", "[\"" + name + "\"]");
            case 16 ->
                    keywords.put(
                            "additionalProperties",
                            random.nextBoolean() ? "false" : schema(random, depth));
            case 17 -> keywords.put("patternProperties", "{\"^a\": " + schema(random, depth) + "}");
            case 18 ->
                    keywords.put(
                            "propertyNames",
                            pick(random, "{\"maxLength\": 1}", "{\"pattern\": \"a\"}"));
            case 19 -> keywords.put(pick(random, "minProperties", "maxProperties"), count);
            case 20 -> keywords.put(pick(random, "anyOf", "allOf", "oneOf"), list(random, depth));
            case 21 -> keywords.put("not", schema(random, depth));
            case 22 -> {
                keywords.put("if", schema(random, depth));
                keywords.put(pick(random, "then", "else"), schema(random, depth));
            }
            default -> keywords.put("enum", "[1, \"a\", null, {\"a\": 1}, [1]]");
        }
    }

    private static String list(Random random, int depth) {
        return "[" + schema(random, depth) + ", " + schema(random, depth) + "]";
    }

    private static String pick(Random random, String... among) {
        return among[random.nextInt(among.length)];
    }

    /// Schemas of one file are about one keyword, and so are its values.
    @Test
    void whatIsShownOfTheSuitesSchemasHoldsForTheSuitesValues() {
        int shown = 0;
        for (Path file : SharedData.files("json-schema-test-suite/tests/draft2020-12")) {
            shown += heldPairs(SharedData.read(file));
        }
        assertThat(shown).isGreaterThan(200);
    }

    private static int heldPairs(JsonNode groups) {
        Map<String, BitSet> valid = new LinkedHashMap<>();
        List<String> values = new ArrayList<>();
        groups.forEach(group ->
                group.get("tests").forEach(test -> values.add(test.get("data").toString())));
        for (JsonNode group : groups) {
            String schema = group.get("schema").toString();
            try {
                valid.put(schema, valid(NetworkntValidator.of(schema), values));
            } catch (InvalidSchemaException e) {
                // It refers to documents that are not there.
            }
        }
        int shown = 0;
        for (String narrower : valid.keySet()) {
            for (String wider : valid.keySet()) {
                boolean differ = !narrower.equals(wider);
                if (differ && SchemaInclusion.obstacle(narrower, wider).isEmpty()) {
                    shown++;
                    BitSet outside = (BitSet) valid.get(narrower).clone();
                    outside.andNot(valid.get(wider));
                    assertThat(outside.stream().mapToObj(values::get))
                            .as(narrower + " against " + wider)
                            .isEmpty();
                }
            }
        }
        return shown;
    }

    private static BitSet valid(SchemaValidator validator, List<String> values) {
        BitSet valid = new BitSet();
        for (int i = 0; i < values.size(); i++) {
            valid.set(i, validator.validate(values.get(i)).isEmpty());
        }
        return valid;
    }
}
