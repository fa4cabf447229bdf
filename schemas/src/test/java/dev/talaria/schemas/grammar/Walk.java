package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Pushes random bytes and texts into recognizers.
final class Walk {

    private Walk() {}

    /// Whether the text is a whole value of the grammar.
    static boolean accepts(Grammar grammar, String text) {
        Recognizer recognizer = grammar.start();
        return pushed(recognizer, text) && recognizer.isComplete();
    }

    /// Whether the text is the beginning of a value of the schema.
    static boolean pushed(Recognizer recognizer, String text) {
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (!recognizer.push(octet & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    static Grammar grammar(String schema) {
        return GrammarCompiler.compile(schema);
    }

    /// The bytes that may come next.
    static List<Integer> continuations(Recognizer recognizer) {
        List<Integer> octets = new ArrayList<>();
        for (int octet = 0; octet < 256; octet++) {
            if (recognizer.push(octet)) {
                octets.add(octet);
                recognizer.pop(1);
            }
        }
        return octets;
    }

    /// Random steps, each checked by `at`, then the shortest way home.
    static String random(Recognizer recognizer, int steps, RandomGenerator random, Runnable at) {
        StringBuilder text = new StringBuilder();
        for (int step = 0; step < steps; step++) {
            at.run();
            List<Integer> octets = continuations(recognizer);
            if (octets.isEmpty()) {
                break;
            }
            // Structure often, so that walks get somewhere.
            List<Integer> structure =
                    octets.stream().filter(o -> "{}[]\",: ".indexOf(o) >= 0).toList();
            List<Integer> from =
                    !structure.isEmpty() && random.nextInt(3) == 0 ? structure : octets;
            int octet = from.get(random.nextInt(from.size()));
            assertThat(recognizer.push(octet)).isTrue();
            text.append((char) octet);
        }
        for (byte octet : recognizer.shortestCompletion()) {
            at.run();
            assertThat(recognizer.push(octet & 0xFF)).isTrue();
            text.append((char) (octet & 0xFF));
        }
        return new String(
                text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
