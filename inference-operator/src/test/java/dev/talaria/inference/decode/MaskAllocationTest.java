package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/// A place that has been there before costs no memory: neither its mask nor the token after it,
/// whatever the grammar has to remember of the text.
class MaskAllocationTest {

    private static final int REPEATS = 400;

    // The JVM itself allocates now and then, such as where it gives compiled code up.
    private static final int ROUNDS = 4;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"type": "array"}                                             | 1.5, "aé", true
                    {"type": "array", "items": {"type": "object"}}                | {"a": 1, "b": {"a": 2}, "aa": 3}
                    {"items": {"properties": {"tag": {"type": "integer"}}}}       | {"tag": 1, "tags": 2, "ta": 3}
                    {"items": {"type": "string", "maxLength": 1000000}}           | "name", "the item"
                    {"items": {"type": "string", "pattern": "^[a-z]+-?", "maxLength": 90}} | "name-the", "the"
                    {"items": {"propertyNames": {"maxLength": 3}, "maxProperties": 3}} | {"tag": "a", "ta": 1, "a": 0}
                    {"items": {"patternProperties": {"^t": {"type": "integer"}}}} | {"tag": 1, "name": "é", "t": 2}
                    {"items": {"items": {"type": "string"}, "uniqueItems": true}} | ["a", "the", "b"], ["the"]
                    {"items": {"items": {"type": "object"}, "uniqueItems": true}} | [{"a": "the"}, {"a": "tag"}]
                    """)
    void aKnownPlaceCostsNoMemory(String schema, String elements) {
        TestVocabulary vocabulary = TestVocabulary.small();
        Constraints constraints = new Constraints(vocabulary);
        Grammar grammar = GrammarCompiler.compile(schema);
        int[] once = new TokenTrie(vocabulary).cut(bytes(elements + ", "), vocabulary);
        // Not of this answer alone: a second one finds what the first has met.
        run(constraints.start(grammar, 1 << 20), bytes("["), vocabulary, once);

        TokenConstraint constraint = constraints.start(grammar, 1 << 20);
        run(constraint, bytes("["), vocabulary, once);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            repeat(constraint, once);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(least).as("bytes for %d tokens", REPEATS * once.length).isZero();
    }

    private static void run(
            TokenConstraint constraint, byte[] begin, TestVocabulary vocabulary, int[] once) {
        for (int token : new TokenTrie(vocabulary).cut(begin, vocabulary)) {
            constraint.commit(token);
        }
        repeat(constraint, once);
    }

    private static void repeat(TokenConstraint constraint, int[] tokens) {
        for (int i = 0; i < REPEATS; i++) {
            for (int token : tokens) {
                constraint.mask();
                constraint.canContinue();
                constraint.fits(token);
                constraint.commit(token);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
