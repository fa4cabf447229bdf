package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.Recognizer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Where elements must differ and keys must not repeat, the masks are exact, too: those of a
/// grammar that knows other answers already, and of one that does not.
class DistinctElementMasksTest {

    private static final int TOKENS = 60;

    // Few of them, so that elements and keys are repeated, as far as they may be.
    private static final String LIKED = "[]{}\", :atheg\\n0123456789";

    private static final TestVocabulary VOCABULARY = vocabulary();

    private static TestVocabulary vocabulary() {
        TestVocabulary small = TestVocabulary.small();
        List<byte[]> tokens = new ArrayList<>(small.tokens());
        for (String more :
                new String[] {
                    "\", \"a",
                    "a\", \"a\"",
                    "\", \"a\", \"",
                    "\", \"\"",
                    "a\"]",
                    "\"a\"",
                    "1, 1",
                    "\": \"a\", \"",
                    "\"}, {\"a\": \"a\"",
                    "\": {\"a\": 1",
                    "aaaaaa"
                }) {
            tokens.add(tokens.size() - 1, more.getBytes(StandardCharsets.UTF_8));
        }
        return new TestVocabulary(List.copyOf(tokens), tokens.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                {"type": "array", "uniqueItems": true, "items": {"type": "string"}}\
                """,
                """
                {"type": "array", "uniqueItems": true, "minItems": 4,
                 "items": {"type": "string", "maxLength": 1}}\
                """,
                """
                {"type": "array", "uniqueItems": true, "items": {"maxLength": 300}}\
                """,
                """
                {"type": "array", "uniqueItems": true, "minItems": 3,
                 "items": {"type": "string", "pattern": "^[at]+h?$"}}\
                """,
                """
                {"type": "array", "uniqueItems": true,
                 "items": {"anyOf": [{"type": "string", "pattern": "^a"}, {"enum": ["the", "t"]}]}}\
                """,
                """
                {"type": "array", "uniqueItems": true,
                 "items": {"type": "object", "additionalProperties": false,
                           "properties": {"a": {"type": "string"}, "t": {"type": "boolean"}}}}\
                """,
                """
                {"type": "array", "uniqueItems": true,
                 "items": {"type": "object", "additionalProperties": {"type": "string"}}}\
                """,
                """
                {"type": "array", "uniqueItems": true, "prefixItems": [{"type": "string"}],
                 "items": {"type": "string", "maxLength": 2}, "maxItems": 4}\
                """,
                """
                {"type": "array", "uniqueItems": true, "minContains": 2,
                 "contains": {"type": "string", "minLength": 2}, "items": {"type": "string"}}\
                """,
                """
                {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 4,
                 "properties": {"at": {"type": "integer"}}}\
                """,
                """
                {"type": "object", "additionalProperties": false, "minProperties": 2,
                 "patternProperties": {"^[ath]{1,2}$": {"type": "string"}, "^a": {}}}\
                """,
                """
                {"type": "object", "propertyNames": {"maxLength": 2},
                 "additionalProperties": {"type": "object", "propertyNames": {"pattern": "^a"}}}\
                """
            })
    void everyMaskIsTheTokensTheGrammarAccepts(String schema) {
        long seed = Long.getLong("masks.seed", System.nanoTime());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Constraints constraints = new Constraints(VOCABULARY);
        Grammar grammar = GrammarCompiler.compile(schema);
        Map<String, List<Integer>> known = new HashMap<>();
        for (int answer = 0; answer < 12; answer++) {
            walk(constraints, grammar, random, known, "seed " + seed + ", " + schema);
        }
    }

    private static void walk(
            Constraints constraints,
            Grammar grammar,
            RandomGenerator random,
            Map<String, List<Integer>> known,
            String context) {
        TokenConstraint constraint = constraints.start(grammar, 1_000);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < TOKENS && constraint.canContinue(); i++) {
            TokenMask mask = constraint.mask();
            String text = out.toString(StandardCharsets.ISO_8859_1);
            List<Integer> expected =
                    known.computeIfAbsent(text, none -> bruteForce(grammar, out.toByteArray()));
            assertThat(tokens(mask)).as("%s after %s", context, out).isEqualTo(expected);
            int token = choose(mask, random);
            constraint.commit(token);
            if (token == VOCABULARY.endToken()) {
                return;
            }
            out.writeBytes(VOCABULARY.bytes(token));
        }
    }

    private static List<Integer> tokens(TokenMask mask) {
        List<Integer> tokens = new ArrayList<>();
        for (int t = mask.nextAllowed(0); t >= 0; t = mask.nextAllowed(t + 1)) {
            tokens.add(t);
        }
        return tokens;
    }

    // By a grammar of its own would take long; but by bytes, without readings and masks.
    private static List<Integer> bruteForce(Grammar grammar, byte[] text) {
        Recognizer recognizer = grammar.start();
        for (byte octet : text) {
            assertThat(recognizer.push(octet & 0xFF)).isTrue();
        }
        List<Integer> tokens = new ArrayList<>();
        for (int token = 0; token < VOCABULARY.size(); token++) {
            byte[] bytes = VOCABULARY.bytes(token);
            int pushed = 0;
            while (pushed < bytes.length && recognizer.push(bytes[pushed] & 0xFF)) {
                pushed++;
            }
            recognizer.pop(pushed);
            boolean ends = token == VOCABULARY.endToken() && recognizer.isComplete();
            if (ends || bytes.length > 0 && pushed == bytes.length) {
                tokens.add(token);
            }
        }
        return tokens;
    }

    private static int choose(TokenMask mask, RandomGenerator random) {
        int best = -1;
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int t = mask.nextAllowed(0); t >= 0; t = mask.nextAllowed(t + 1)) {
            double score = random.nextDouble() - (t == VOCABULARY.endToken() ? 0.9 : 0);
            for (byte octet : VOCABULARY.bytes(t)) {
                score -= LIKED.indexOf(octet) < 0 ? 1 : 0;
            }
            if (score > bestScore) {
                best = t;
                bestScore = score;
            }
        }
        return best;
    }
}
