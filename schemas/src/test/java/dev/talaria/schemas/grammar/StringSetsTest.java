package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// The algebra of string sets: union, intersection and complement do what they say of each string.
class StringSetsTest {

    private static final List<String> EXPRESSIONS =
            List.of(
                    "^a",
                    "b$",
                    "^[ab]*$",
                    "aa|bb",
                    "^(ab)*$",
                    "^.{2,3}$",
                    "(?=a)[ab]b",
                    "^$",
                    "^(?!aab)",
                    "\\u00e9|\\ud83d\\ude00",
                    "\\s",
                    "^[^a]{2}",
                    "(a|b)*a(a|b){3}$");

    private static StringSet matching(String expression) {
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
        List<String> characters = List.of("a", "b", "c", "é", "😀", " ", "\n", "\u0085", "\u00A0");
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(7); left > 0; left--) {
            text.append(characters.get(random.nextInt(random.nextInt(4) == 0 ? 9 : 3)));
        }
        return text.toString();
    }

    /// A formula over random sets, and what its strings are.
    private record Formula(StringSet set, Predicate<String> inside) {

        static Formula random(RandomGenerator random, int depth) {
            if (depth == 0) {
                if (random.nextInt(4) == 0) {
                    StringShape length = new StringShape(random.nextInt(3), 2 + random.nextInt(3));
                    StringPart part = new StringPart(StringAutomaton.ALL, length);
                    return new Formula(StringSet.of(length), part::contains);
                }
                if (random.nextInt(4) == 0) {
                    List<String> strings = List.of(text(random), text(random), "ab", "");
                    return new Formula(StringSet.of(strings, "enum", "#/enum"), strings::contains);
                }
                StringSet set = matching(EXPRESSIONS.get(random.nextInt(EXPRESSIONS.size())));
                return new Formula(set, set::contains);
            }
            Formula left = random(random, depth - 1);
            Formula right = random(random, depth - 1);
            return switch (random.nextInt(3)) {
                case 0 -> new Formula(left.set.and(right.set), left.inside.and(right.inside));
                case 1 -> new Formula(left.set.or(right.set), left.inside.or(right.inside));
                default ->
                        new Formula(left.set.complement(), t -> left.set.complement().contains(t));
            };
        }
    }

    @Test
    void aStringBelongsToAFormulaAsItBelongsToItsParts() {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        for (int i = 0; i < 200; i++) {
            Formula formula = Formula.random(random, random.nextInt(4));
            for (int j = 0; j < 50; j++) {
                String text = text(random);
                assertThat(formula.set().contains(text))
                        .as("seed %d, '%s'", seed, text)
                        .isEqualTo(formula.inside().test(text));
            }
        }
    }

    @Test
    void theShortestMemberIsAMemberAndNoneIsShorter() {
        long seed = System.nanoTime();
        RandomGenerator random = random(seed);
        for (int i = 0; i < 200; i++) {
            Formula formula = Formula.random(random, random.nextInt(4));
            String shortest = formula.set().shortest();
            String context = "seed " + seed + ", shortest '" + shortest + "'";
            assertThat(shortest == null).as(context).isEqualTo(formula.set().isEmpty());
            if (shortest != null) {
                assertThat(formula.set().contains(shortest)).as(context).isTrue();
            }
            for (int j = 0; j < 30; j++) {
                String text = text(random);
                if (formula.set().contains(text)) {
                    assertThat(shortest).as(context).isNotNull();
                    assertThat(shortest.codePointCount(0, shortest.length()))
                            .as(context)
                            .isLessThanOrEqualTo(text.codePointCount(0, text.length()));
                }
            }
        }
    }

    @Test
    void aSetAndItsComplementHaveNothingInCommon() {
        for (String expression : EXPRESSIONS) {
            StringSet set = matching(expression);
            assertThat(set.and(set.complement()).isEmpty()).as(expression).isTrue();
            assertThat(set.isDisjointFrom(set.complement())).as(expression).isEqualTo(isSure(set));
        }
        StringSet word = matching("^[a-z]+$");
        assertThat(word.or(word.complement()).isEverything()).isTrue();
    }

    private static boolean isSure(StringSet set) {
        return set.or(set.complement()).isEverything();
    }

    @Test
    void disjointSetsAreToldFromThoseThatMeet() {
        assertThat(matching("^a").isDisjointFrom(matching("^b"))).isTrue();
        assertThat(matching("^a").isDisjointFrom(matching("b$"))).isFalse();
        assertThat(matching("^a*$").isDisjointFrom(matching("^(aa)*a$"))).isFalse();
        assertThat(
                        matching("^(aa)*$")
                                .isDisjointFrom(
                                        StringSet.of(new StringShape(1_000_001, 1_000_001))))
                .isTrue();
        assertThat(
                        matching("^(aa)*$")
                                .isDisjointFrom(
                                        StringSet.of(new StringShape(1_000_000, 1_000_001))))
                .isFalse();
    }

    /// U+0085 is a line's end for Java alone.
    @Test
    void whatDialectsDifferOnIsNeitherInNorOut() {
        StringSet any = matching("^.$");
        assertThat(any.contains("\u0085")).isFalse();
        assertThat(any.complement().contains("\u0085")).isFalse();
        assertThat(any.isDisjointFrom(StringSet.of(List.of("\u0085"), "enum", "#"))).isFalse();
        StringSet space = matching("^\\s$");
        assertThat(space.contains("\u00A0")).isFalse();
        assertThat(space.complement().contains("\u00A0")).isFalse();
        assertThat(space.contains(" ")).isTrue();
        assertThat(space.complement().contains("x")).isTrue();
    }

    @Test
    void finiteSetsAreKnown() {
        assertThat(matching("^[ab]{2,5}$").isFinite()).isTrue();
        assertThat(matching("^a+$").isFinite()).isFalse();
        assertThat(matching("^a+$").and(StringSet.of(new StringShape(0, 9))).isFinite()).isTrue();
        assertThat(StringSet.of(List.of("a"), "enum", "#").complement().isFinite()).isFalse();
    }

    @Test
    void equalSetsHaveEqualAutomata() {
        assertThat(matching("^(a|b)*$").parts()).isEqualTo(matching("^[ab]*$").parts());
        assertThat(matching("^(?!a)").parts()).isEqualTo(matching("^([^a]|$)").parts());
    }

    @Test
    void aSetThatIsTooLargeIsRefusedByTheKeywordItCameFrom() {
        StringSet all = matching("^(.{211})*$").and(matching("^(.{307})*$"));
        assertThatThrownBy(all::parts)
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("#/pattern");
    }
}
