package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Random walks over made-up and real schemas.
///
/// `-Dkeys.walks=40` for more of the dear ones, which try two bytes ahead everywhere.
class NoDeadEndsTest {

    private static final int KEYS_WALKS = Integer.getInteger("keys.walks", 4);

    private static final List<String> SCHEMAS =
            List.of(
                    "true",
                    "{\"type\": \"object\"}",
                    "{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 5}",
                    "{\"type\": \"number\", \"exclusiveMinimum\": -0.25, \"maximum\": 10.5}",
                    "{\"enum\": [1, 12, 120, -3, \"a\", \"ab\", [1, {\"b\": null}], 0.5]}",
                    "{\"minimum\": 3, \"minLength\": 2, \"minItems\": 1, \"required\": [\"x\"]}",
                    """
                    {"type": "object", "properties": {"a": {"type": "integer"},
                     "ab": {"type": "boolean"}, "b": false, "\\"": {"const": "\\n"}},
                     "required": ["ab", "c"], "additionalProperties": {"type": "null"}}\
                    """,
                    """
                    {"anyOf": [{"type": "object", "properties": {"k": {"const": 1}, "v": {}},
                                "required": ["k"]},
                               {"type": "object", "properties": {"k": {"type": "integer"}},
                                "additionalProperties": {"type": "string"}}],
                     "properties": {"k": {"maximum": 1}}}\
                    """,
                    """
                    {"$defs": {"tree": {"type": "array", "minItems": 1, "maxItems": 3,
                      "items": {"anyOf": [{"$ref": "#/$defs/tree"}, {"type": "null"}]}}},
                     "$ref": "#/$defs/tree"}\
                    """,
                    """
                    {"anyOf": [{"type": "array", "items": {"$ref": "#"}},
                               {"type": "array", "items": {"$ref": "#"}, "maxItems": 2},
                               {"const": {"a": {"b": []}}}]}\
                    """,
                    """
                    {"type": "object", "minProperties": 2, "maxProperties": 4, "properties":
                      {"aa": {"type": "string"}, "b": {"const": 1}, "c": {"const": true}},
                     "required": ["c"], "patternProperties": {"^[xy]$": {"const": 7}},
                     "additionalProperties": {"type": "null"}}\
                    """,
                    """
                    {"type": "object", "patternProperties": {"^[xy]?$": {"type": "integer"},
                      "^(x|uvw)$": {"minimum": 10}}, "additionalProperties": false,
                     "minProperties": 2}\
                    """,
                    """
                    {"type": "object", "properties": {"a": {"type": ["integer", "null"]},
                      "bb": {"type": ["string", "null"]}}, "maxProperties": 3,
                     "allOf": [{"not": {"additionalProperties": {"type": ["integer", "null"]}}},
                               {"not": {"patternProperties": {"b": {"type": "null"}}}}]}\
                    """,
                    """
                    {"oneOf": [{"required": ["a"]}, {"required": ["b", "c"]},
                               {"propertyNames": {"maxLength": 3}}], "type": "object"}\
                    """);

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /// Where every state's cost is one more than that of its cheapest successor, and 0 exactly
    /// where the value is whole, the costs are those of shortest completions.
    @Test
    void theMinimumIsThatOfTheBestContinuationPlusOne() {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        for (String schema : SCHEMAS) {
            List<Grammar> grammars = EveryOption.grammars(schema);
            for (int walk = 0; walk < 18; walk++) {
                Recognizer recognizer = grammars.get(walk % grammars.size()).start();
                Walk.random(
                        recognizer,
                        random.nextInt(60),
                        random,
                        () -> checkMinimum(recognizer, "seed " + seed + ", " + schema));
            }
        }
    }

    private static void checkMinimum(Recognizer recognizer, String context) {
        int minimum = recognizer.minimumBytes();
        assertThat(minimum == 0).as(context).isEqualTo(recognizer.isComplete());
        if (minimum == 0) {
            return;
        }
        int best = Integer.MAX_VALUE;
        for (int octet : Walk.continuations(recognizer)) {
            recognizer.push(octet);
            best = Math.min(best, recognizer.minimumBytes());
            recognizer.pop(1);
        }
        assertThat(minimum).as(context).isEqualTo(best + 1);
    }

    @Test
    void theShortestCompletionIsAsLongAsPromised() {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        for (String schema : SCHEMAS) {
            SchemaValidator validator = NetworkntValidator.of(schema);
            List<Grammar> grammars = EveryOption.grammars(schema);
            for (int walk = 0; walk < 24; walk++) {
                Recognizer recognizer = grammars.get(walk % grammars.size()).start();
                String text =
                        Walk.random(
                                recognizer,
                                random.nextInt(200),
                                random,
                                () ->
                                        assertThat(recognizer.shortestCompletion())
                                                .as("seed %d, %s", seed, schema)
                                                .hasSize(recognizer.minimumBytes()));
                assertThat(recognizer.isComplete()).isTrue();
                assertThat(validator.validate(text))
                        .as("seed %d, %s: %s", seed, schema, text)
                        .isEmpty();
            }
        }
    }

    @Test
    void takingBytesBackLeavesNoTrace() {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        for (String schema : SCHEMAS) {
            List<Grammar> grammars = EveryOption.grammars(schema);
            Grammar grammar = grammars.get(random.nextInt(grammars.size()));
            Recognizer walked = grammar.start();
            Recognizer fresh = walked.fork();
            Walk.random(
                    walked,
                    80,
                    random,
                    () -> {
                        Recognizer fork = walked.fork();
                        int count = 0;
                        for (byte octet : fork.shortestCompletion()) {
                            fork.push(octet & 0xFF);
                            count++;
                        }
                        fork.pop(count);
                        assertThat(Walk.continuations(fork))
                                .as("seed %d, %s", seed, schema)
                                .isEqualTo(Walk.continuations(walked));
                    });
            assertThat(Walk.continuations(fresh)).isEqualTo(Walk.continuations(grammar.start()));
        }
    }

    @Test
    void equalKeysMeanEqualContinuations() {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        for (String schema : SCHEMAS) {
            for (Grammar grammar : EveryOption.grammars(schema)) {
                EqualKeys keys = new EqualKeys();
                for (int walk = 0; walk < KEYS_WALKS; walk++) {
                    Recognizer recognizer = grammar.start();
                    Walk.random(
                            recognizer,
                            random.nextInt(60),
                            random,
                            () -> keys.check(recognizer, "seed " + seed + ", " + schema));
                }
            }
        }
    }

    private static GrammarOptions any(RandomGenerator random) {
        return EveryOption.ALL.get(random.nextInt(EveryOption.ALL.size()));
    }

    @Test
    void walksOverRealSchemasEndInValidValues() {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        int walked = 0;
        for (Path file : SharedData.files("maskbench")) {
            if (random.nextInt(3) > 0) {
                continue;
            }
            String schema = SharedData.read(file).get("schema").toString();
            Grammar grammar;
            SchemaValidator validator;
            try {
                grammar = GrammarCompiler.compile(schema, any(random));
                validator = NetworkntValidator.of(schema);
            } catch (UnsupportedSchemaException | InvalidSchemaException refused) {
                continue;
            }
            walked++;
            for (int walk = 0; walk < 2; walk++) {
                Recognizer recognizer = grammar.start();
                String text = Walk.random(recognizer, random.nextInt(400), random, () -> {});
                assertThat(recognizer.isComplete()).isTrue();
                assertThat(validator.validate(text))
                        .as("seed %d, %s: %s", seed, file.getFileName(), text)
                        .isEmpty();
            }
        }
        assertThat(walked).isPositive();
    }
}
