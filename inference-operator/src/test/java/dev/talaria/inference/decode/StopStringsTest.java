package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// However a text is cut into pieces, it ends before the first stop string, and no piece shows any
/// of it.
class StopStringsTest {

    @Test
    void aTextEndsBeforeTheFirstStopStringHoweverItIsCut() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int repeat = 0; repeat < 3_000; repeat++) {
            String text = word(random, random.nextInt(40));
            List<String> stops = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                stops.add(word(random, random.nextInt(1, 6)));
            }
            String place = "%s until %s, seed %d".formatted(text, stops, seed);
            StopStrings watched = new StopStrings(stops);
            StringBuilder told = new StringBuilder();
            for (int at = 0; at < text.length(); ) {
                int end = Math.min(text.length(), at + random.nextInt(5));
                told.append(watched.push(text.substring(at, end)));
                assertThat(expected(text, stops)).as(place).startsWith(told);
                at = end;
            }
            boolean foundBefore = watched.isFound();
            told.append(watched.finish());
            assertThat(told).as(place).hasToString(expected(text, stops));
            assertThat(foundBefore).as(place).isEqualTo(stops.stream().anyMatch(text::contains));
        }
    }

    // Few letters, so that beginnings of stop strings come often.
    private static String word(SplittableRandom random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(2)));
        }
        return word.toString();
    }

    /// By the definition, one letter after the other.
    private static String expected(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            String read = text.substring(0, end);
            int longest =
                    stops.stream().filter(read::endsWith).mapToInt(String::length).max().orElse(0);
            if (longest > 0) {
                return read.substring(0, end - longest);
            }
        }
        return text;
    }

    @Test
    void whatOnlyBeganLikeAStopStringIsTextAfterAll() {
        StopStrings watched = new StopStrings(List.of("\n\nUser:"));
        assertThat(watched.push("Hello\n")).isEqualTo("Hello");
        assertThat(watched.push("\nUse")).isEmpty();
        assertThat(watched.push("ful.")).isEqualTo("\n\nUseful.");
        assertThat(watched.push("\n\n")).isEmpty();
        assertThat(watched.finish()).isEqualTo("\n\n");
        assertThat(watched.isFound()).isFalse();
    }

    @Test
    void nothingComesAfterTheEnd() {
        StopStrings watched = new StopStrings(List.of("END"));
        assertThat(watched.push("so the END and more")).isEqualTo("so the ");
        assertThat(watched.push("even more")).isEmpty();
        assertThat(watched.finish()).isEmpty();
        assertThat(watched.isFound()).isTrue();
    }

    @Test
    void withoutStopStringsTextPassesAtOnce() {
        StopStrings watched = new StopStrings(List.of());
        assertThat(watched.push("as it is")).isEqualTo("as it is");
        assertThat(watched.finish()).isEmpty();
    }
}
