package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.grammar.CalculatedNumbers.Digits;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Numbers told by calculation: the same as those an automaton tells, without its limits.
class CalculatedNumbersTest {

    private static final String OCTETS = ".0123456789";
    private static final String[] STEPS = {"1", "2", "7", "12", "0.5", "0.25", "30", "0.07", "1.5"};

    private final long seed = System.nanoTime();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    private BigDecimal number() {
        return BigDecimal.valueOf(random.nextInt(-2_000, 2_000), random.nextInt(4));
    }

    private NumberRange range() {
        NumberRange range = NumberRange.ALL;
        if (random.nextInt(3) > 0) {
            range = range.atLeast(number(), random.nextBoolean());
        }
        if (random.nextInt(3) > 0) {
            range = range.atMost(number(), random.nextBoolean());
        }
        if (random.nextBoolean()) {
            range = range.multiplesOf(new BigDecimal(STEPS[random.nextInt(STEPS.length)]));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            range = range.withoutMultiplesOf(new BigDecimal(STEPS[random.nextInt(STEPS.length)]));
        }
        List<BigDecimal> holes = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            holes.add(BigDecimal.valueOf(random.nextInt(-20, 20), random.nextInt(2)));
        }
        range = range.without(holes);
        return random.nextInt(3) == 0 ? range.onlyIntegers() : range;
    }

    /// Byte by byte: what may come, what is whole, and how much is still to come.
    @Test
    void theyAreThoseOfTheAutomaton() {
        int compared = 0;
        while (compared < 300) {
            NumberRange range = range();
            if (!NumberAutomaton.isSmall(range)) {
                continue;
            }
            compared++;
            Automaton automaton = NumberAutomaton.of(range);
            CalculatedNumbers numbers = CalculatedNumbers.of(range);
            String context = "seed " + seed + ", " + range;
            assertThat(numbers == null).as(context).isEqualTo(automaton == null);
            if (automaton != null) {
                assertThat(numbers.cost()).as(context).isEqualTo(automaton.cost(0));
                walk(automaton, 0, numbers.start(false), context);
                int negative = automaton.next(0, '-');
                assertThat(numbers.start(true).exists())
                        .as(context)
                        .isEqualTo(negative != Automaton.DEAD);
                if (negative != Automaton.DEAD) {
                    walk(automaton, negative, numbers.start(true), context + " -");
                }
            }
        }
    }

    private void walk(Automaton automaton, int start, Digits from, String context) {
        int state = start;
        Digits digits = from.exists() ? from : null;
        StringBuilder read = new StringBuilder(context).append(": ");
        while (digits != null) {
            compare(automaton, state, digits, read.toString());
            int octet = OCTETS.charAt(random.nextInt(OCTETS.length()));
            state = automaton.next(state, octet);
            digits = digits.next(octet);
            read.append((char) octet);
            assertThat(digits != null).as(read.toString()).isEqualTo(state != Automaton.DEAD);
        }
    }

    private static void compare(Automaton automaton, int state, Digits digits, String context) {
        for (int i = 0; i < OCTETS.length(); i++) {
            char octet = OCTETS.charAt(i);
            Digits next = digits.next(octet);
            int to = automaton.next(state, octet);
            assertThat(next != null).as(context + octet).isEqualTo(to != Automaton.DEAD);
            if (next != null) {
                assertThat(next.cost()).as(context + octet).isEqualTo(automaton.cost(to));
                assertThat(next.isWhole()).as(context + octet).isEqualTo(automaton.accepts(to));
                assertThat(next.goesOn()).as(context + octet).isEqualTo(!automaton.isLast(to));
            }
        }
    }

    @Test
    void factorsMayBeLarge() {
        Grammar days = Walk.grammar("{\"type\": \"integer\", \"multipleOf\": 86400}");
        Grammar prime =
                Walk.grammar("{\"multipleOf\": 1000003, \"minimum\": 1, \"type\": \"number\"}");
        Grammar fraction = Walk.grammar("{\"type\": \"number\", \"multipleOf\": 0.123456789}");
        Grammar whole = Walk.grammar("{\"type\": \"integer\", \"multipleOf\": 0.123456789}");
        Grammar huge =
                Walk.grammar("{\"type\": \"integer\", \"multipleOf\": 1" + "0".repeat(18) + "}");

        assertThat(Walk.accepts(days, "-172800")).isTrue();
        assertThat(Walk.accepts(days, "86401")).isFalse();
        assertThat(prime.start().shortestCompletion()).asString().isEqualTo("1000003");
        assertThat(Walk.accepts(fraction, "-0.246913578")).isTrue();
        assertThat(Walk.accepts(fraction, "0.1")).isFalse();
        assertThat(Walk.accepts(whole, "123456789")).isTrue();
        assertThat(Walk.accepts(whole, "1")).isFalse();
        assertThat(Walk.accepts(huge, "9" + "0".repeat(18))).isTrue();
        assertThat(Walk.accepts(huge, "9" + "0".repeat(17))).isFalse();
    }

    @Test
    void theyAreToldFromOtherNumbers() {
        Grammar others =
                Walk.grammar(
                        """
                        {"type": "integer", "not": {"multipleOf": 86400},
                         "minimum": 0, "maximum": 86401}\
                        """);
        Grammar elements =
                Walk.grammar(
                        """
                        {"type": "array", "uniqueItems": true, "minItems": 2,
                         "items": {"type": "integer", "multipleOf": 50000,
                                   "minimum": 0, "maximum": 99999}}\
                        """);

        assertThat(Walk.accepts(others, "0")).isFalse();
        assertThat(Walk.accepts(others, "86400")).isFalse();
        assertThat(Walk.accepts(others, "86401")).isTrue();
        assertThat(Walk.accepts(elements, "[50000, 0]")).isTrue();
        assertThat(Walk.accepts(elements, "[50000, 50000]")).isFalse();
        assertThat(elements.minimumBytes()).isEqualTo("[0, 50000]".length());
    }
}
