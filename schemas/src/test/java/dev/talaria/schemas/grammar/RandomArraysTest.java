package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Made-up arrays whose elements are counted or differ: walks through them, and values judged by
/// the grammar and by the validator.
class RandomArraysTest {

    private static final int SCHEMAS = 300;

    private static final List<String> ITEMS =
            List.of(
                    "{\"enum\": [1, 2, 12, \"a\", [1], {\"b\": 1}]}",
                    "{\"enum\": [1, 12, 2]}",
                    "{\"type\": \"boolean\"}",
                    "{\"type\": \"integer\", \"minimum\": 0, \"maximum\": 11}",
                    "{\"type\": \"number\", \"minimum\": 0, \"maximum\": 1, \"multipleOf\": 0.5}",
                    "{\"type\": \"string\", \"pattern\": \"^[ab]{0,2}$\"}",
                    "{\"type\": \"string\", \"maxLength\": 1}",
                    "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"boolean\"}, \"b\":"
                            + " {\"enum\": [1, 12]}}, \"additionalProperties\": false}",
                    "{\"type\": \"array\", \"items\": {\"type\": \"boolean\"}, \"maxItems\": 2}",
                    "{\"type\": \"array\", \"items\": {\"enum\": [1, 2]}, \"uniqueItems\": true}",
                    "{\"anyOf\": [{\"type\": \"null\"}, {\"type\": \"integer\", \"minimum\": 0,"
                            + " \"maximum\": 2}, {\"enum\": [2, 22]}]}",
                    "true");
    private static final List<String> COUNTED =
            List.of(
                    "{\"enum\": [1, \"a\", true, [], {}]}",
                    "{\"minimum\": 2}",
                    "{\"type\": [\"boolean\", \"string\", \"array\", \"object\"]}",
                    "{\"maximum\": 0}",
                    "true");
    private static final String[] VALUES = {
        "1",
        "2",
        "12",
        "0",
        "0.5",
        "\"a\"",
        "\"b\"",
        "\"\"",
        "true",
        "false",
        "null",
        "[1]",
        "[true]",
        "[]",
        "[2, 1]",
        "{}",
        "{\"a\": true}",
        "{\"a\": true, \"b\": 1}",
        "{\"b\": 1}"
    };

    private final long seed = System.nanoTime();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String schema() {
        StringBuilder schema = new StringBuilder("{\"type\": \"array\"");
        if (random.nextInt(8) > 0) {
            schema.append(", \"items\": ").append(one(ITEMS));
        }
        if (random.nextInt(5) == 0) {
            schema.append(", \"prefixItems\": [%s, %s]".formatted(one(ITEMS), one(ITEMS)));
        }
        if (random.nextBoolean()) {
            schema.append(", \"uniqueItems\": true");
        }
        if (random.nextBoolean()) {
            schema.append(", \"minItems\": ").append(random.nextInt(4));
        }
        if (random.nextInt(3) == 0) {
            schema.append(", \"maxItems\": ").append(1 + random.nextInt(4));
        }
        if (random.nextBoolean()) {
            contains(schema);
            if (random.nextInt(4) == 0) {
                StringBuilder second = new StringBuilder("{\"type\": \"array\"");
                contains(second);
                schema.append(", \"allOf\": [").append(second).append("}]");
            }
        }
        return schema.append('}').toString();
    }

    private void contains(StringBuilder schema) {
        schema.append(", \"contains\": ").append(one(COUNTED));
        if (random.nextBoolean()) {
            schema.append(", \"minContains\": ").append(random.nextInt(3));
        }
        if (random.nextInt(3) == 0) {
            schema.append(", \"maxContains\": ").append(1 + random.nextInt(2));
        }
    }

    private String value() {
        StringBuilder value = new StringBuilder("[");
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            value.append(i > 0 ? ", " : "").append(VALUES[random.nextInt(VALUES.length)]);
        }
        return value.append(']').toString();
    }

    @Test
    void walksEndWithinTheirPromiseInValidArrays() {
        int compiled = 0;
        for (int i = 0; i < SCHEMAS; i++) {
            String schema = schema();
            Grammar grammar;
            GrammarOptions options = EveryOption.ALL.get(i % EveryOption.ALL.size());
            try {
                grammar = GrammarCompiler.compile(schema, options);
            } catch (UnsupportedSchemaException refused) {
                assertRefusedRightly(schema, refused);
                continue;
            }
            compiled++;
            SchemaValidator validator = NetworkntValidator.of(schema);
            for (int walk = 0; walk < 6; walk++) {
                Recognizer recognizer = grammar.start();
                String context = "seed " + seed + ", " + options + ", " + schema;
                String text =
                        Walk.random(
                                recognizer,
                                random.nextInt(40),
                                random,
                                () -> checkMinimum(recognizer, context));
                assertThat(recognizer.isComplete()).as(context).isTrue();
                assertThat(validator.validate(text)).as("%s: %s", context, text).isEmpty();
            }
        }
        assertThat(compiled).isGreaterThan(SCHEMAS / 4);
    }

    // The smallest arrays there are: where one of them is valid, the schema can be satisfied.
    private void assertRefusedRightly(String schema, UnsupportedSchemaException refused) {
        if (refused.problems().getFirst().reason().startsWith("no value")) {
            SchemaValidator validator = NetworkntValidator.of(schema);
            for (int i = 0; i < 200; i++) {
                String value = value();
                assertThat(validator.validate(value))
                        .as("seed %d: %s of %s", seed, value, schema)
                        .isNotEmpty();
            }
        }
    }

    private static void checkMinimum(Recognizer recognizer, String context) {
        assertThatCode(recognizer::shortestCompletion).as(context).doesNotThrowAnyException();
        int minimum = recognizer.minimumBytes();
        assertThat(minimum == 0).as(context).isEqualTo(recognizer.isComplete());
        if (minimum == 0) {
            return;
        }
        assertThat(recognizer.shortestCompletion()).as(context).hasSize(minimum);
        int best = Integer.MAX_VALUE;
        for (int octet : Walk.continuations(recognizer)) {
            recognizer.push(octet);
            best = Math.min(best, recognizer.minimumBytes());
            recognizer.pop(1);
        }
        assertThat(minimum).as(context).isEqualTo(best + 1);
    }

    @Test
    void theGrammarAndTheValidatorAgreeOnArrays() {
        for (int i = 0; i < SCHEMAS; i++) {
            String schema = schema();
            Grammar grammar;
            GrammarOptions options = EveryOption.ALL.get(i % EveryOption.ALL.size());
            try {
                grammar = GrammarCompiler.compile(schema, options);
            } catch (UnsupportedSchemaException refused) {
                continue;
            }
            SchemaValidator validator = NetworkntValidator.of(schema);
            for (int j = 0; j < 60; j++) {
                String value = value();
                assertThat(isAccepted(grammar, options, schema, value))
                        .as("seed %d, %s: %s of %s", seed, options, value, schema)
                        .isEqualTo(validator.validate(value).isEmpty());
            }
        }
    }

    private boolean isAccepted(
            Grammar grammar, GrammarOptions options, String schema, String value) {
        return InstanceSpelling.isAccepted(
                grammar,
                options,
                random,
                SharedData.JSON.readTree(schema),
                SharedData.JSON.readTree(value));
    }

    @Test
    void equalKeysMeanEqualContinuations() {
        for (int i = 0; i < 40; i++) {
            String schema = schema();
            Grammar grammar;
            GrammarOptions options = EveryOption.ALL.get(i % EveryOption.ALL.size());
            try {
                grammar = GrammarCompiler.compile(schema, options);
            } catch (UnsupportedSchemaException refused) {
                continue;
            }
            EqualKeys keys = new EqualKeys();
            String context = "seed " + seed + ": " + schema;
            for (int walk = 0; walk < 10; walk++) {
                Recognizer recognizer = grammar.start();
                Walk.random(recognizer, 30, random, () -> keys.check(recognizer, context));
            }
        }
    }

    /// Where a number ends only with what follows it, that too is refused for a repetition.
    @Test
    void aRepetitionIsRefusedAtTheByteThatMakesIt() {
        Grammar grammar =
                Walk.grammar("{\"type\": \"array\", \"uniqueItems\": true, \"maxItems\": 9}");
        for (String value : VALUES) {
            Recognizer recognizer = grammar.start();
            String twice = "[" + value + ", " + value;
            boolean number = value.charAt(0) < ':' && value.charAt(0) >= '0';
            byte[] bytes = (number ? twice + ',' : twice).getBytes(StandardCharsets.UTF_8);
            int pushed = 0;
            while (pushed < bytes.length && recognizer.push(bytes[pushed] & 0xFF)) {
                pushed++;
            }
            boolean literal = value.equals("true") || value.equals("false") || value.equals("null");
            assertThat(pushed)
                    .as(value)
                    .isEqualTo(literal ? twice.length() - value.length() : bytes.length - 1);
        }
    }
}
