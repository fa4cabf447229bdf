package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Recognizer;
import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Whatever a model prefers and whatever the budget, an answer is a value of the schema within the
/// budget.
class RandomAnswersTest {

    private static final String[] SCHEMAS = {
        "true",
        "{\"type\": \"object\"}",
        "{\"type\": [\"string\", \"null\"], \"minLength\": 2, \"maxLength\": 9}",
        "{\"type\": \"number\", \"exclusiveMinimum\": -12.25, \"maximum\": 1000.125}",
        "{\"type\": \"integer\", \"minimum\": -20, \"exclusiveMaximum\": 12}",
        """
        {"type": "object", "required": ["b", "z"], "additionalProperties": {"type": "integer"},
         "properties": {"a": {"enum": ["tag", "tags", 2026, 20, null, {"a": [1, {}]}]},
                        "b": {"type": "array", "items": {"type": "boolean"}, "minItems": 2,
                              "maxItems": 4},
                        "c": {"type": "string", "maxLength": 1000000}}}\
        """,
        """
        {"$defs": {"node": {"type": "object", "additionalProperties": false,
           "properties": {"name": {"type": "string"},
                          "tags": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
           "required": ["name"]}},
         "$ref": "#/$defs/node"}\
        """,
        """
        {"anyOf": [
           {"type": "object", "properties": {"a": {"type": "integer"}, "t": {"const": "the"}},
            "required": ["t"]},
           {"type": "object", "properties": {"t": {"type": "string", "maxLength": 3},
            "a": {"type": "string"}}, "required": ["a"], "additionalProperties": false},
           {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "items": {"type": "null"}, "minItems": 2}],
         "minProperties": 0}\
        """,
        """
        {"type": "object", "additionalProperties": false, "required": ["date", "code", "total"],
         "properties": {"date": {"type": "string", "format": "date"},
                        "code": {"type": "string", "pattern": "^[A-Z]{2,3}-é?\\\\d+$"},
                        "note": {"type": "string", "pattern": "the", "maxLength": 12},
                        "total": {"type": "number", "multipleOf": 0.25, "minimum": 1}}}\
        """,
        """
        {"type": "object", "additionalProperties": {"type": "null"},
         "properties": {"": false, "a": false, "the": {"type": "integer"}},
         "required": ["é", "the"]}\
        """
    };

    private static final List<GrammarOptions> OPTIONS = options();

    // Each spelling with each order.
    private static List<GrammarOptions> options() {
        List<GrammarOptions> options = new ArrayList<>();
        for (Spelling spelling :
                List.of(Spelling.SINGLE_SPACE, Spelling.COMPACT, Spelling.flexible(3))) {
            for (PropertyOrder order : PropertyOrder.values()) {
                options.add(GrammarOptions.DEFAULT.with(spelling).with(order));
            }
        }
        return options;
    }

    /// How a model without sense might choose.
    private enum Taste {
        UNIFORM,
        LONGEST,
        BRACKETS,
        NEVER_CLOSING;

        private double score(byte[] bytes, RandomGenerator random) {
            double noise = random.nextDouble();
            return switch (this) {
                case UNIFORM -> noise;
                case LONGEST -> bytes.length + noise;
                case BRACKETS -> count(bytes, "[{") + noise;
                case NEVER_CLOSING -> noise - 2 * count(bytes, "\"]}");
            };
        }

        private static int count(byte[] bytes, String of) {
            int count = 0;
            for (byte b : bytes) {
                count += of.indexOf(b) >= 0 ? 1 : 0;
            }
            return count;
        }
    }

    @Test
    void everyAnswerIsValidAndWithinItsBudget() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        TestVocabulary vocabulary = TestVocabulary.small();
        Constraints constraints = new Constraints(vocabulary);
        for (String schema : SCHEMAS) {
            SchemaValidator validator = NetworkntValidator.of(schema);
            for (GrammarOptions options : OPTIONS) {
                Grammar grammar = GrammarCompiler.compile(schema, options);
                int least = constraints.start(grammar, 100_000).minimumTokens();
                for (int i = 0; i < 16; i++) {
                    Taste taste = Taste.values()[i % 4];
                    int budget = least + random.nextInt(i % 8 < 4 ? 4 : 120);
                    String answer =
                            answer(vocabulary, constraints.start(grammar, budget), taste, random);
                    assertThat(validator.validate(answer))
                            .as(
                                    "seed %d, %s, %s, budget %d, %s: %s",
                                    seed, options, taste, budget, schema, answer)
                            .isEmpty();
                }
            }
        }
    }

    private static String answer(
            TestVocabulary vocabulary,
            TokenConstraint constraint,
            Taste taste,
            RandomGenerator random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (constraint.canContinue()) {
            int token = choose(vocabulary, constraint, taste, random);
            constraint.commit(token);
            if (token == vocabulary.endToken()) {
                break;
            }
            out.writeBytes(vocabulary.bytes(token));
        }
        assertThat(constraint.isComplete()).isTrue();
        return decode(out.toByteArray());
    }

    private static int choose(
            TestVocabulary vocabulary,
            TokenConstraint constraint,
            Taste taste,
            RandomGenerator random) {
        TokenMask mask = constraint.mask();
        while (true) {
            int best = -1;
            double bestScore = Double.NEGATIVE_INFINITY;
            for (int t = mask.nextAllowed(0); t >= 0; t = mask.nextAllowed(t + 1)) {
                double score = taste.score(vocabulary.bytes(t), random);
                if (t == vocabulary.endToken() && taste == Taste.NEVER_CLOSING) {
                    score = -1e9;
                }
                if (score > bestScore) {
                    best = t;
                    bestScore = score;
                }
            }
            assertThat(best).as("at least one allowed token fits").isNotNegative();
            if (constraint.fits(best)) {
                return best;
            }
            mask.clear(best);
        }
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("not UTF-8", e);
        }
    }

    @Test
    void theMaskIsExactlyTheTokensTheGrammarAccepts() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        TestVocabulary vocabulary = TestVocabulary.small();
        Constraints constraints = new Constraints(vocabulary);
        for (String schema : SCHEMAS) {
            for (GrammarOptions options : OPTIONS) {
                Grammar grammar = GrammarCompiler.compile(schema, options);
                for (int i = 0; i < 3; i++) {
                    compareWithBruteForce(
                            vocabulary,
                            constraints.start(grammar, 400),
                            grammar.start(),
                            random,
                            "seed " + seed + ", " + options + ", " + schema);
                }
            }
        }
    }

    @Test
    void theMaskOfARealVocabularyIsExactToo() throws IOException {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        TestVocabulary vocabulary = TestVocabulary.hermes();
        Constraints constraints = new Constraints(vocabulary);
        for (String schema : SCHEMAS) {
            GrammarOptions options = OPTIONS.get(random.nextInt(OPTIONS.size()));
            Grammar grammar = GrammarCompiler.compile(schema, options);
            compareWithBruteForce(
                    vocabulary,
                    constraints.start(grammar, 120),
                    grammar.start(),
                    random,
                    "seed " + seed + ", " + options + ", " + schema);
        }
    }

    @Test
    void threadsThatShareConstraintsSeeTheSameMasks() throws Exception {
        TestVocabulary vocabulary = TestVocabulary.small();
        Constraints constraints = new Constraints(vocabulary);
        for (String schema : SCHEMAS) {
            Grammar grammar = GrammarCompiler.compile(schema);
            Constraints alone = new Constraints(vocabulary);
            List<Integer> expected = trace(vocabulary, alone.start(grammar, 300), new Random(11));
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                List<Future<List<Integer>>> traces = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    traces.add(
                            threads.submit(() ->
                                    trace(
                                            vocabulary,
                                            constraints.start(grammar, 300),
                                            new Random(11))));
                }
                for (Future<List<Integer>> trace : traces) {
                    assertThat(trace.get()).as(schema).isEqualTo(expected);
                }
            }
        }
    }

    // Every step's mask size and choice.
    private static List<Integer> trace(
            TestVocabulary vocabulary, TokenConstraint constraint, RandomGenerator random) {
        List<Integer> trace = new ArrayList<>();
        while (constraint.canContinue()) {
            trace.add(constraint.mask().cardinality());
            int token = choose(vocabulary, constraint, Taste.UNIFORM, random);
            constraint.commit(token);
            trace.add(token);
            if (token == vocabulary.endToken()) {
                break;
            }
        }
        return trace;
    }

    private static void compareWithBruteForce(
            TestVocabulary vocabulary,
            TokenConstraint constraint,
            Recognizer recognizer,
            RandomGenerator random,
            String context) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (constraint.canContinue()) {
            List<Integer> allowed = tokens(constraint.mask());
            if (recognizer.minimumBytes() < constraint.remainingTokens()) {
                assertThat(allowed)
                        .as("%s after %s", context, out)
                        .isEqualTo(bruteForce(vocabulary, recognizer));
            }
            int token = choose(vocabulary, constraint, Taste.UNIFORM, random);
            constraint.commit(token);
            if (token == vocabulary.endToken()) {
                return;
            }
            for (byte octet : vocabulary.bytes(token)) {
                assertThat(recognizer.push(octet & 0xFF)).isTrue();
            }
            out.writeBytes(vocabulary.bytes(token));
        }
    }

    private static List<Integer> tokens(TokenMask mask) {
        List<Integer> tokens = new ArrayList<>();
        for (int t = mask.nextAllowed(0); t >= 0; t = mask.nextAllowed(t + 1)) {
            tokens.add(t);
        }
        return tokens;
    }

    private static List<Integer> bruteForce(TestVocabulary vocabulary, Recognizer recognizer) {
        List<Integer> tokens = new ArrayList<>();
        for (int token = 0; token < vocabulary.size(); token++) {
            byte[] bytes = vocabulary.bytes(token);
            int pushed = 0;
            while (pushed < bytes.length && recognizer.push(bytes[pushed] & 0xFF)) {
                pushed++;
            }
            boolean ends = token == vocabulary.endToken() && recognizer.isComplete();
            if (ends || bytes.length > 0 && pushed == bytes.length) {
                tokens.add(token);
            }
            recognizer.pop(pushed);
        }
        return tokens;
    }
}
