package dev.talaria.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// Marks of what only one of two texts has.
class TextDifferenceTest {

    @Test
    void wordsOfOnlyOneTextAreMarked() {
        TextDifference difference = TextDifference.of("a big red dog", "a red small dog");

        assertThat(marked(difference.first())).isEqualTo("a [big ]red dog");
        assertThat(marked(difference.second())).isEqualTo("a red[ small] dog");
    }

    @Test
    void equalTextsHaveNoMarks() {
        assertThat(marked(TextDifference.of("same", "same").first())).isEqualTo("same");
        assertThat(TextDifference.of("", "").first()).isEmpty();
    }

    @Test
    void aTextBesideNothingIsMarkedWhole() {
        TextDifference difference = TextDifference.of("all of it", "");

        assertThat(marked(difference.first())).isEqualTo("[all of it]");
        assertThat(difference.second()).isEmpty();
    }

    @Test
    void whatIsNotMarkedIsTheSameOnBothSides() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            String first = text(random);
            String second = text(random);

            TextDifference difference = TextDifference.of(first, second);

            assertThat(whole(difference.first())).as("seed %d", seed).isEqualTo(first);
            assertThat(whole(difference.second())).as("seed %d", seed).isEqualTo(second);
            assertThat(common(difference.first()))
                    .as("seed %d: '%s' and '%s'", seed, first, second)
                    .isEqualTo(common(difference.second()));
        }
    }

    @Test
    void aChangeIsAsSmallAsItCanBe() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            String first = text(random);
            String second = text(random);

            TextDifference difference = TextDifference.of(first, second);

            assertThat(common(difference.first()).length())
                    .as("seed %d: '%s' and '%s'", seed, first, second)
                    .isEqualTo(longestCommon(first, second));
        }
    }

    @Test
    void textsThatDifferTooMuchAreMarkedBetweenTheirEnds() {
        String first = "start " + "a,".repeat(5_000) + " end";
        String second = "start " + "b;".repeat(5_000) + " end";

        TextDifference difference = TextDifference.of(first, second);

        assertThat(marked(difference.first())).startsWith("start [a,").endsWith(",] end");
        assertThat(whole(difference.second())).isEqualTo(second);
    }

    // Of words of one character, so that a word and a character are the same.
    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(25); i > 0; i--) {
            text.append(".,;:".charAt(random.nextInt(4)));
        }
        return text.toString();
    }

    private static int longestCommon(String first, String second) {
        int[][] longest = new int[first.length() + 1][second.length() + 1];
        for (int i = 1; i <= first.length(); i++) {
            for (int j = 1; j <= second.length(); j++) {
                longest[i][j] =
                        first.charAt(i - 1) == second.charAt(j - 1)
                                ? longest[i - 1][j - 1] + 1
                                : Math.max(longest[i - 1][j], longest[i][j - 1]);
            }
        }
        return longest[first.length()][second.length()];
    }

    private static String marked(List<TextDifference.Part> parts) {
        return parts.stream()
                .map(part -> part.isCommon() ? part.text() : "[" + part.text() + "]")
                .collect(Collectors.joining());
    }

    private static String whole(List<TextDifference.Part> parts) {
        return parts.stream().map(TextDifference.Part::text).collect(Collectors.joining());
    }

    private static String common(List<TextDifference.Part> parts) {
        return parts.stream()
                .filter(TextDifference.Part::isCommon)
                .map(TextDifference.Part::text)
                .collect(Collectors.joining());
    }
}
