package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Patterns with lengths beside them: never a dead end, always the shortest completion.
class CountedTextTest {

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"string\", \"pattern\": \"^(abc)*$\", \"minLength\": 4, \"maxLength\":"
                        + " 7}",
                "{\"type\": \"string\", \"pattern\": \"^(aé|日)*$\", \"minLength\": 5}",
                "{\"type\": \"string\", \"pattern\": \"^([a-z]+|[а-я]+)$\", \"minLength\": 9}",
                "{\"type\": \"string\", \"pattern\": \"^(aa)*$|^b(bbb)*$\", \"minLength\": 6,"
                        + " \"maxLength\": 9}",
                "{\"type\": \"string\", \"pattern\": \"\\n\", \"minLength\": 2, \"maxLength\": 30}",
                "{\"type\": \"string\", \"pattern\": \"^(?!ab).*x$\", \"maxLength\": 12}",
                "{\"type\": \"string\", \"format\": \"uri\", \"minLength\": 20, \"maxLength\": 40}",
                "{\"type\": \"string\", \"format\": \"hostname\", \"minLength\": 60}",
                "{\"type\": \"string\", \"pattern\": \"^(a{7})*$\", \"minLength\": 1000,"
                        + " \"maxLength\": 1010}"
            })
    void theShortestCompletionIsExact(String schema) {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        Grammar grammar = Walk.grammar(schema);
        for (int walk = 0; walk < 15; walk++) {
            Recognizer recognizer = grammar.start();
            Walk.random(
                    recognizer,
                    random.nextInt(40),
                    random,
                    () -> check(recognizer, "seed " + seed + ", " + schema));
            assertThat(recognizer.isComplete()).isTrue();
        }
    }

    private static void check(Recognizer recognizer, String context) {
        int minimum = recognizer.minimumBytes();
        assertThat(recognizer.shortestCompletion()).as(context).hasSize(minimum);
        assertThat(minimum == 0).as(context).isEqualTo(recognizer.isComplete());
        int best = Integer.MAX_VALUE;
        for (int octet : Walk.continuations(recognizer)) {
            recognizer.push(octet);
            best = Math.min(best, recognizer.minimumBytes());
            recognizer.pop(1);
        }
        assertThat(minimum).as(context).isEqualTo(minimum == 0 ? 0 : best + 1);
    }

    @Test
    void aMillionCharactersBesideAPatternAreCounted() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"type": "string", "pattern": "^(ab)*c$", "minLength": 1000000,
                         "maxLength": 1000001}\
                        """);
        assertThat(grammar.minimumBytes()).isEqualTo(1_000_003);
        Recognizer recognizer = grammar.start();
        recognizer.push('"');
        for (int i = 0; i < 500_000; i++) {
            assertThat(recognizer.push('a')).isTrue();
            assertThat(recognizer.push('b')).isTrue();
            assertThat(recognizer.push('c')).isEqualTo(i == 499_999);
            recognizer.pop(i == 499_999 ? 1 : 0);
        }
        assertThat(recognizer.push('a')).isFalse();
        assertThat(recognizer.push('c')).isTrue();
        assertThat(recognizer.push('"')).isTrue();
        assertThat(recognizer.isComplete()).isTrue();
    }

    @Test
    void lengthsThatNoMatchHasAreUnsatisfiable() {
        assertThatThrownBy(() ->
                        Walk.grammar(
                                """
                                {"type": "string", "pattern": "^(ab)*$",
                                 "minLength": 999999, "maxLength": 999999}\
                                """))
                .isInstanceOf(UnsupportedSchemaException.class);
    }

    /// Masks are cached by these keys.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"string\", \"pattern\": \"^(ab)*$\", \"maxLength\": 24}",
                "{\"type\": \"string\", \"pattern\": \"^(abc|d)*$\", \"minLength\": 20}",
                "{\"type\": \"string\", \"pattern\": \"^(a{3}|b{5})*$\", \"minLength\": 15,"
                        + " \"maxLength\": 25}"
            })
    void equalKeysMeanEqualContinuations(String schema) {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        Grammar grammar = Walk.grammar(schema);
        Map<Object, String> byKey = new HashMap<>();
        for (int walk = 0; walk < 40; walk++) {
            Recognizer recognizer = grammar.start();
            Walk.random(
                    recognizer,
                    random.nextInt(30),
                    random,
                    () -> {
                        String ahead = ahead(recognizer, 3);
                        String before = byKey.putIfAbsent(value(recognizer, 3), ahead);
                        if (before != null) {
                            assertThat(ahead).as("seed %d, %s", seed, schema).isEqualTo(before);
                        }
                    });
        }
    }

    private static String ahead(Recognizer recognizer, int octets) {
        StringBuilder ahead = new StringBuilder();
        for (int octet : Walk.continuations(recognizer)) {
            ahead.append((char) octet);
            if (octets > 1) {
                recognizer.push(octet);
                ahead.append('(').append(ahead(recognizer, octets - 1)).append(')');
                recognizer.pop(1);
            }
        }
        return ahead.toString();
    }

    private static Object value(Recognizer recognizer, int octets) {
        return recognizer.readings(octets, octets).getFirst().value();
    }

    @Test
    void aBoundOutOfReachMakesNoKeyOfItsOwn() {
        Recognizer recognizer =
                Walk.grammar(
                                "{\"type\": \"string\", \"pattern\": \"^[a-z]+$\", \"maxLength\":"
                                        + " 1000000}")
                        .start();
        Walk.pushed(recognizer, "\"a");
        Object atOnce = value(recognizer, 16);
        Walk.pushed(recognizer, "a".repeat(5_000));
        assertThat(value(recognizer, 16)).isEqualTo(atOnce);
    }
}
