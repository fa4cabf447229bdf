package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// A string's upper bound costs nothing while it is far away, and holds exactly when it is near.
class FarBoundsTest {

    private static final String TEXT = "ab-é\\n\\u0001\uD83D\uDE00";
    private static final int CHARACTERS = 7;

    private static String schema(String rest) {
        return "{\"type\": \"string\"" + rest + "}";
    }

    /// Pushes so many characters, again and again those of the text.
    ///
    /// @return whether all were taken
    private static boolean push(Recognizer recognizer, int characters, Set<Object> places) {
        byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
        int[] ends = {1, 2, 3, 5, 7, 13, 17};
        for (int i = 0; i < characters; i++) {
            int at = i % CHARACTERS;
            for (int b = at == 0 ? 0 : ends[at - 1]; b < ends[at]; b++) {
                if (!recognizer.push(text[b] & 0xFF)) {
                    return false;
                }
                places.add(recognizer.place());
            }
        }
        return true;
    }

    private static Recognizer opened(String schema) {
        Recognizer recognizer = GrammarCompiler.compile(schema).start();
        recognizer.push('"');
        return recognizer;
    }

    private static Set<Object> places() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ", \"minLength\": 3",
                ", \"pattern\": \"^[^x]*$\"",
                ", \"pattern\": \"^([^x]{7})*$\"",
                ", \"pattern\": \"^[^x]*$\", \"minLength\": 5"
            })
    void aFarBoundAddsNoPlaces(String rest) {
        Set<Object> unbounded = places();
        assertThat(push(opened(schema(rest)), 4_000, unbounded)).isTrue();

        for (int maximum : new int[] {5_000, 10_000, 1_000_000}) {
            Set<Object> places = places();
            assertThat(push(opened(schema(rest + ", \"maxLength\": " + maximum)), 4_000, places))
                    .isTrue();
            assertThat(places).hasSize(unbounded.size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"string\", \"maxLength\": %d}",
                "{\"type\": \"string\", \"pattern\": \"^[^x]*$\", \"maxLength\": %d}",
                "{\"anyOf\": [{\"type\": \"string\", \"maxLength\": 5},"
                        + " {\"type\": \"string\", \"minLength\": 9, \"maxLength\": %d}]}"
            })
    void theBoundHoldsHoweverFarItWas(String schema) {
        for (int maximum : new int[] {10, 255, 256, 257, 300, 513, 1_000, 3_001}) {
            for (int fork = 0; fork < 2; fork++) {
                Recognizer recognizer = opened(schema.formatted(maximum));
                assertThat(push(recognizer, maximum - 1, places())).isTrue();
                Recognizer last = fork == 0 ? recognizer : recognizer.fork();
                assertThat(last.push('z')).isTrue();
                assertThat(last.push('z')).as("one more than %d", maximum).isFalse();
                assertThat(last.minimumBytes()).isEqualTo(1);
                assertThat(last.push('"')).isTrue();
                last.pop(2);
                assertThat(last.push('z')).isTrue();
                assertThat(last.push('z')).isFalse();
            }
        }
    }

    /// What was met with one answer is not taken for another that is further on.
    @ParameterizedTest
    @ValueSource(ints = {300, 1_000})
    void answersOfOneGrammarDoNotShareTheirCounts(int maximum) {
        Grammar grammar =
                GrammarCompiler.compile(
                        "{\"items\": {\"type\": \"string\", \"maxLength\": " + maximum + "}}");
        Recognizer recognizer = grammar.start();
        recognizer.push('[');
        for (int element = 0; element < 3; element++) {
            recognizer.push('"');
            assertThat(push(recognizer, maximum - element, places())).isTrue();
            assertThat(push(recognizer, element + 1, places())).isFalse();
            for (byte octet : "\", ".getBytes(StandardCharsets.UTF_8)) {
                assertThat(recognizer.push(octet)).isTrue();
            }
        }
    }
}
