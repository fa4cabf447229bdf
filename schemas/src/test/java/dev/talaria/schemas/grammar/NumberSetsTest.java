package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/// The algebra of number sets, and that their automata spell exactly their numbers.
class NumberSetsTest {

    private static final List<String> NUMBERS =
            List.of(
                    "0", "1", "-1", "2", "3", "0.5", "0.25", "-0.5", "1.5", "1.50", "10", "12",
                    "-12", "0.30", "0.3", "7", "7.0", "100", "99.9", "2.01", "0.001", "-7.25", "6",
                    "4.0");

    private static BigDecimal number(RandomGenerator random) {
        return new BigDecimal(NUMBERS.get(random.nextInt(NUMBERS.size())));
    }

    private record Formula(NumberSet set, Predicate<BigDecimal> inside) {

        static Formula random(RandomGenerator random, int depth) {
            if (depth == 0) {
                return leaf(random);
            }
            Formula left = random(random, depth - 1);
            Formula right = random(random, depth - 1);
            return switch (random.nextInt(3)) {
                case 0 -> new Formula(left.set.and(right.set), left.inside.and(right.inside));
                case 1 -> new Formula(left.set.or(right.set), left.inside.or(right.inside));
                default -> new Formula(left.set.complement(), left.inside.negate());
            };
        }

        private static Formula leaf(RandomGenerator random) {
            BigDecimal number = number(random);
            boolean exclusive = random.nextBoolean();
            return switch (random.nextInt(5)) {
                case 0 ->
                        new Formula(
                                NumberSet.of(NumberRange.ALL.atLeast(number, exclusive)),
                                n -> n.compareTo(number) > (exclusive ? 0 : -1));
                case 1 ->
                        new Formula(
                                NumberSet.of(NumberRange.ALL.atMost(number, exclusive)),
                                n -> n.compareTo(number) < (exclusive ? 0 : 1));
                case 2 -> {
                    BigDecimal factor =
                            List.of(2, 3, 7).stream()
                                    .map(BigDecimal::valueOf)
                                    .toList()
                                    .get(random.nextInt(3))
                                    .movePointLeft(random.nextInt(3));
                    yield new Formula(
                            NumberSet.of(NumberRange.ALL.multiplesOf(factor)),
                            n -> n.remainder(factor).signum() == 0);
                }
                case 3 ->
                        new Formula(
                                NumberSet.INTEGERS, n -> n.remainder(BigDecimal.ONE).signum() == 0);
                default -> {
                    List<BigDecimal> values = List.of(number, number(random));
                    yield new Formula(
                            NumberSet.of(values),
                            n -> values.stream().anyMatch(v -> v.compareTo(n) == 0));
                }
            };
        }
    }

    @Test
    void aNumberBelongsToAFormulaAsItBelongsToItsParts() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 2_000; i++) {
            Formula formula = Formula.random(random, random.nextInt(4));
            for (int j = 0; j < 10; j++) {
                BigDecimal number = number(random);
                assertThat(formula.set().contains(number))
                        .as("seed %d, %s in %s", seed, number, formula.set())
                        .isEqualTo(formula.inside().test(number));
            }
        }
    }

    @Test
    void anAutomatonSpellsExactlyTheNumbersOfItsRange() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 60; i++) {
            Formula formula = Formula.random(random, 1 + random.nextInt(2));
            List<Automaton> automata =
                    formula.set().ranges().stream()
                            .map(NumberAutomaton::of)
                            .filter(automaton -> automaton != null)
                            .toList();
            for (String text : NUMBERS) {
                BigDecimal number = new BigDecimal(text);
                boolean spelled = automata.stream().anyMatch(a -> accepts(a, text));
                boolean value =
                        formula.set().values().stream().anyMatch(v -> v.compareTo(number) == 0);
                // Multiples have no more decimals than what they are multiples of.
                boolean canonical = text.equals(NumberAutomaton.strip(number).toPlainString());
                String context = "seed " + seed + ", " + text + " in " + formula.set();
                if (canonical) {
                    assertThat(spelled || value)
                            .as(context)
                            .isEqualTo(formula.inside().test(number));
                } else if (spelled) {
                    assertThat(formula.inside().test(number)).as(context).isTrue();
                }
            }
            boolean any = Stream.of(formula).anyMatch(f -> !f.set().isEmpty());
            BigDecimal shortest = formula.set().shortest();
            assertThat(shortest != null).as("seed %d, %s", seed, formula.set()).isEqualTo(any);
            if (shortest != null) {
                assertThat(formula.inside().test(shortest)).isTrue();
            }
        }
    }

    private static boolean accepts(Automaton automaton, String text) {
        int state = automaton.start();
        for (byte octet : text.getBytes(StandardCharsets.US_ASCII)) {
            state = automaton.next(state, octet);
            if (state == Automaton.DEAD) {
                return false;
            }
        }
        return automaton.accepts(state);
    }

    @Test
    void disjointSetsAreToldFromThoseThatMeet() {
        NumberSet small = NumberSet.of(NumberRange.ALL.atMost(BigDecimal.ONE, true));
        NumberSet even = NumberSet.of(NumberRange.ALL.multiplesOf(BigDecimal.TWO));
        NumberSet odd = NumberSet.INTEGERS.and(even.complement());
        assertThat(small.isDisjointFrom(small.complement())).isTrue();
        assertThat(even.isDisjointFrom(odd)).isTrue();
        assertThat(even.isDisjointFrom(NumberSet.of(NumberRange.ALL.multiplesOf(BigDecimal.TEN))))
                .isFalse();
        assertThat(NumberSet.INTEGERS.complement().isDisjointFrom(even)).isTrue();
        assertThat(odd.contains(new BigDecimal("3.0"))).isTrue();
        assertThat(odd.contains(new BigDecimal("2.5"))).isFalse();
    }

    @Test
    void thousandsOfExcludedNumbersAreNoTrouble() {
        List<BigDecimal> values =
                Stream.iterate(BigDecimal.ZERO, n -> n.add(new BigDecimal("0.7")))
                        .limit(15_000)
                        .toList();
        NumberSet others = NumberSet.of(values).complement();
        assertThat(others.contains(new BigDecimal("0.70"))).isFalse();
        Automaton automaton = NumberAutomaton.of(others.ranges().getFirst());
        assertThat(accepts(automaton, "0.7")).isFalse();
        assertThat(accepts(automaton, "0.70")).isFalse();
        assertThat(accepts(automaton, "7.0")).isFalse();
        assertThat(accepts(automaton, "0.71")).isTrue();
        assertThat(accepts(automaton, "7.1")).isTrue();
    }
}
