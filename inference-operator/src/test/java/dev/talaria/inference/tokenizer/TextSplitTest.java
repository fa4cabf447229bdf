package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The hand-written split against the regular expression it stands for.
class TextSplitTest {

    private static final long SEED = 5L;
    private static final String[] PARTS = {
        "a", "Z", "é", "ſ", "ß", "中", "𝐀", "0", "9", "²", "Ⅷ", "٣", "𝟎", " ", "  ", "\t", "\n",
        "\r\n", "\r", "\u00A0", "\u3000", "\u0085", "\u2028", "\u180E", "\u200B", "\u001C", "'",
        "'s", "'S", "'ll", "'Ve", "'D", "’s", ".", ",", "{\"", "_", "€", "😀", "\u0301", "\u200D",
        "\u0000"
    };

    // The same classes in Java's dialect: its \s and its case folding ask for Unicode.
    private static Pattern regex(TextSplit split) {
        return Pattern.compile(
                switch (split) {
                    case LLAMA3 ->
                            "(?iu:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
                                + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
                    case GPT2 ->
                            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+"
                                    + "|\\s+(?!\\S)|\\s+";
                },
                Pattern.UNICODE_CHARACTER_CLASS);
    }

    @ParameterizedTest
    @EnumSource(TextSplit.class)
    void randomTextsAreCutAsByTheRegularExpression(TextSplit split) {
        SplittableRandom random = new SplittableRandom(SEED);
        Pattern regex = regex(split);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(14); i >= 0; i--) {
                text.append(PARTS[random.nextInt(PARTS.length)]);
            }
            assertThat(cut(split, text.toString()))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(matches(regex, text.toString()));
        }
    }

    @Test
    void everyCharacterIsOfTheRegularExpressionsClass() {
        Pattern regex = regex(TextSplit.LLAMA3);
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                String text = "a" + Character.toString(c) + Character.toString(c) + "1  b";
                assertThat(cut(TextSplit.LLAMA3, text))
                        .as("U+%04X", c)
                        .isEqualTo(matches(regex, text));
            }
        }
    }

    @Test
    void examplesAreCutAsExpected() {
        assertThat(cut(TextSplit.LLAMA3, "I'm HE'LL  go 12345\n\n x"))
                .containsExactly(
                        "I", "'m", " HE", "'LL", " ", " go", " ", "123", "45", "\n\n", " x");
        assertThat(cut(TextSplit.LLAMA3, "'ſa .\r\n  \n  b ."))
                .containsExactly("'ſ", "a", " .\r\n", "  \n", " ", " b", " .");
        assertThat(cut(TextSplit.GPT2, "I'm HE'LL 12345  go \n"))
                .containsExactly("I", "'m", " HE", "'", "LL", " 12345", " ", " go", " \n");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a", "\n", "1", "'", "\u3000", " \n", ".\n", "'s", "𝐀", "a "})
    void aMegabyteOfAnythingIsCutInOneGo(String unit) {
        String text = unit.repeat((1 << 20) / unit.length());
        for (TextSplit split : TextSplit.values()) {
            int length = 0;
            for (String part : cut(split, text)) {
                length += part.length();
            }
            assertThat(length).isEqualTo(text.length());
        }
    }

    @Test
    void patternsAreKnownByTheirText() {
        assertThat(TextSplit.ofPattern(SmallTokenizers.LLAMA3_PATTERN)).contains(TextSplit.LLAMA3);
        assertThat(TextSplit.ofPattern("\\p{L}+")).isEmpty();
    }

    private static List<String> cut(TextSplit split, String text) {
        List<String> parts = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int end = split.end(text, from);
            assertThat(end).isGreaterThan(from);
            parts.add(text.substring(from, end));
            from = end;
        }
        return parts;
    }

    private static List<String> matches(Pattern regex, String text) {
        List<String> parts = new ArrayList<>();
        Matcher matcher = regex.matcher(text);
        while (matcher.find()) {
            parts.add(matcher.group());
        }
        return parts;
    }
}
