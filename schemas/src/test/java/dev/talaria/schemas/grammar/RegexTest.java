package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Regular expressions as ECMA-262 has them, held against Java's where the two agree.
class RegexTest {

    private static final List<String> CHARACTERS =
            List.of("a", "b", "c", " ", "_", "1", "\n", "-", "é", "日", "😀", "A");

    private static boolean matches(String expression, String text) {
        return set(expression).contains(text);
    }

    private static StringSet set(String expression) {
        try {
            return Patterns.matching(expression, "pattern", "#/pattern");
        } catch (UnsupportedRegexException e) {
            throw new AssertionError(expression, e);
        }
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static String text(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(9); left > 0; left--) {
            int kinds = random.nextInt(3) == 0 ? CHARACTERS.size() : 4;
            text.append(CHARACTERS.get(random.nextInt(kinds)));
        }
        return text.toString();
    }

    // Of an iteration that matches nothing Java makes the last one, even where a second is due:
    // (?:b|^){2} does not match "b" there. So it gets the second one written out.
    private static String expression(
            RandomGenerator random, int depth, boolean inLookbehind, boolean forJava) {
        if (depth == 0) {
            return switch (random.nextInt(inLookbehind ? 9 : 13)) {
                case 0, 1, 2 -> "a";
                case 3 -> "b";
                case 4 -> "[^a]";
                case 5 -> "[a-c_]";
                case 6 -> "\\w";
                case 7 -> "\\D";
                case 8 -> "[é日😀]";
                case 9 -> "^";
                case 10 -> "$";
                case 11 -> "\\b";
                default -> "\\B";
            };
        }
        String left = expression(random, depth - 1, inLookbehind, forJava);
        String right = expression(random, depth - 1, inLookbehind, forJava);
        String twice = forJava ? "(?:" + left + ")" : "{2}";
        return switch (random.nextInt(inLookbehind ? 5 : 9)) {
            case 0, 1 -> left + right;
            case 2 -> "(" + left + "|" + right + ")";
            case 3 -> "(?:" + left + ")" + List.of("?", twice, "{1,2}").get(random.nextInt(3));
            case 4 -> "(?:" + left + right + ")";
            case 5 -> "(?:" + left + ")" + List.of("*", "+", "*?", "+?").get(random.nextInt(4));
            case 6 -> "(?=" + left + ")" + right;
            case 7 -> "(?!" + left + ")" + right;
            default ->
                    right
                            + (random.nextBoolean() ? "(?<=" : "(?<!")
                            + expression(random, random.nextInt(depth), true, forJava)
                            + ")";
        };
    }

    // Java wants to see at once how long a lookbehind can be.
    private static Pattern java(String expression) {
        try {
            return Pattern.compile(expression.replace("$", "\\z"));
        } catch (PatternSyntaxException refused) {
            assertThat(refused.getDescription()).contains("Look-behind");
            return null;
        }
    }

    @Test
    void randomExpressionsMatchWhatTheyMatchInJava() {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        int found = 0;
        for (int i = 0; i < 1_500; i++) {
            long one = random.nextLong();
            int depth = 1 + random.nextInt(4);
            String expression = expression(random(one), depth, false, false);
            Pattern java = java(expression(random(one), depth, false, true));
            if (java == null) {
                continue;
            }
            StringSet set = set(expression);
            for (int j = 0; j < 25; j++) {
                String text = text(random);
                boolean expected = java.matcher(text).find();
                found += expected ? 1 : 0;
                String context = "seed " + seed + ", " + expression + " in '" + text + "'";
                boolean inside = set.contains(text);
                boolean outside = set.complement().contains(text);
                assertThat(inside && !expected || outside && expected).as(context).isFalse();
                // Java counts in halves of pairs here and there: then it may be neither.
                assertThat(inside || outside || text.contains("😀")).as(context).isTrue();
            }
        }
        assertThat(found).isBetween(2_000, 35_000);
    }

    @Test
    void lookaheadsHoldWhereTheyStand() {
        assertThat(matches("^(?!foo)\\w+$", "bar")).isTrue();
        assertThat(matches("^(?!foo)\\w+$", "foobar")).isFalse();
        assertThat(matches("^(?=.*\\d)(?=.*[a-z]).{4,}$", "ab12")).isTrue();
        assertThat(matches("^(?=.*\\d)(?=.*[a-z]).{4,}$", "abcd")).isFalse();
        assertThat(matches("^((?!bad).)*$", "all goo")).isTrue();
        assertThat(matches("^((?!bad).)*$", "a bad one")).isFalse();
        assertThat(matches("(?<!a)b$", "cb")).isTrue();
        assertThat(matches("(?<!a)b$", "ab")).isFalse();
        assertThat(matches("(?<=a{2,})b", "aaab")).isTrue();
        assertThat(matches("^(?!.*\\bno\\b)", "nobody knows")).isTrue();
        assertThat(matches("^(?!.*\\bno\\b)", "oh no !")).isFalse();
    }

    @Test
    void escapesStandForTheirCharacters() {
        assertThat(matches("^\\cC$", "\u0003")).isTrue();
        assertThat(matches("^\\t\\n\\v\\f\\r\\0$", "\t\n\u000B\f\r\0")).isTrue();
        assertThat(matches("^\\x41\\u0042\\u{1F600}$", "AB😀")).isTrue();
        assertThat(matches("^\\uD83D\\uDE00$", "😀")).isTrue();
        assertThat(matches("^[\\uD83D\\uDE00-\\uD83D\\uDE02]$", "😁")).isTrue();
        assertThat(matches("^[\\b]$", "\b")).isTrue();
        assertThat(matches("^\\/\\-\\_$", "/-_")).isTrue();
        assertThat(matches("^[\\w-.]+$", "a-.b")).isTrue();
        assertThat(matches("^[^]$", "\n")).isTrue();
        assertThat(matches("^[^\\uD800-\\uDFFF]$", "x")).isTrue();
        assertThat(set("\\uD800").isEmpty()).isTrue();
    }

    @Test
    void whatIsNoQuantifierMeansItself() {
        assertThat(matches("^a{$", "a{")).isTrue();
        assertThat(matches("^{a}$", "{a}")).isTrue();
        assertThat(matches("^a{,2}$", "a{,2}")).isTrue();
        assertThat(matches("^]$", "]")).isTrue();
    }

    @Test
    void charactersAreNotHalvesOfPairs() {
        assertThat(matches("^.$", "😀")).isTrue();
        assertThat(matches("^..$", "😀")).isFalse();
        assertThat(matches("^🐲*$", "🐲🐲")).isTrue();
        assertThat(matches("^🐲*$", "🐉")).isFalse();
        assertThat(matches("^[^a]$", "🐉")).isTrue();
        assertThat(matches(".", "\uD800")).isFalse();
    }

    @Test
    void propertiesAreThoseOfUnicode() {
        assertThat(matches("^\\p{Letter}+$", "éλ日")).isTrue();
        assertThat(matches("^\\p{L}+$", "a1")).isFalse();
        assertThat(matches("^\\p{Lu}\\p{Ll}$", "Éé")).isTrue();
        assertThat(matches("^\\P{L}+$", "1-2")).isTrue();
        assertThat(matches("^\\p{Script=Greek}+$", "λόγος")).isTrue();
        assertThat(matches("^\\p{sc=Greek}+$", "logos")).isFalse();
        assertThat(matches("^\\p{gc=Nd}+$", "12٣")).isTrue();
        assertThat(matches("^[\\p{L}\\p{Nd}_]+$", "a1_日")).isTrue();
        assertThat(matches("^\\p{Emoji_Presentation}$", "😀")).isTrue();
        assertThat(matches("^\\p{White_Space}$", "\u00A0")).isTrue();
        assertThat(matches("^\\p{ASCII}$", "é")).isFalse();
    }

    /// Every member of every category, as Java's own expressions have it.
    @Test
    void categoriesAreThoseOfTheJdk() {
        for (String category :
                List.of("L", "LC", "Lu", "M", "Mn", "Nd", "P", "Pc", "S", "Z", "C")) {
            CodePoints characters = UnicodeProperties.named(category);
            Pattern java = Pattern.compile("\\p{" + category + "}");
            for (int c = 0; c <= Character.MAX_CODE_POINT; c += 1 + c / 2_000) {
                if (Character.getType(c) != Character.SURROGATE) {
                    assertThat(characters.contains(c))
                            .as("U+%x in %s", c, category)
                            .isEqualTo(java.matcher(Character.toString(c)).matches());
                }
            }
        }
    }

    /// Java counts in halves of pairs behind a place.
    @Test
    void pairsAreLeftOutWhereWhatComesBeforeCounts() {
        StringSet set = set("[^a]$(?<=[^a][^a])");
        assertThat(set.contains("aAb")).isTrue();
        assertThat(set.contains("aA😀")).isFalse();
        assertThat(set.complement().contains("aA😀")).isFalse();
    }

    /// Words end at marks for ECMA-262 and do not for Java: neither reading is violated.
    @Test
    void marksOnLettersAreLeftOutWhereWordsCount() {
        StringSet set = set("é\\b");
        assertThat(set.contains("é\u0301")).isFalse();
        assertThat(set.complement().contains("é\u0301")).isFalse();
    }
}
