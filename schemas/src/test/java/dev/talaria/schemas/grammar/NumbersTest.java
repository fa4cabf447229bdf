package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class NumbersTest {

    @Test
    void numbersHaveOneSpelling() {
        Grammar number = Walk.grammar("{\"type\": \"number\"}");
        for (String text :
                new String[] {"0", "-1", "10", "0.5", "-0.5", "1.50", "12345.678", "1.0"}) {
            assertThat(Walk.accepts(number, text)).as(text).isTrue();
        }
        for (String text :
                new String[] {
                    "-0", "-0.0", "01", "+1", "1e3", "1E3", ".5", "1.", "-", "NaN", " 1"
                }) {
            assertThat(Walk.accepts(number, text)).as(text).isFalse();
        }
    }

    @Test
    void integersHaveNoFraction() {
        Grammar integer = Walk.grammar("{\"type\": \"integer\"}");

        assertThat(Walk.accepts(integer, "1234567890123456789")).isTrue();
        assertThat(Walk.accepts(integer, "1.0")).isFalse();
        assertThat(Walk.accepts(integer, "12345678901234567890")).isFalse();
    }

    @Test
    void boundsHoldExactlyForIntegers() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 150; round++) {
            int low = random.nextInt(-130, 130);
            int high = low + random.nextInt(0, 130);
            boolean open = random.nextBoolean();
            String schema =
                    "{\"type\": \"integer\", \"%s\": %d, \"maximum\": %s}"
                            .formatted(open ? "exclusiveMinimum" : "minimum", low, high + 0.5);
            Grammar grammar;
            try {
                grammar = Walk.grammar(schema);
            } catch (UnsupportedSchemaException nothing) {
                assertThat(open && low == high).as(schema).isTrue();
                continue;
            }
            for (int value = -300; value <= 300; value++) {
                boolean within = (open ? value > low : value >= low) && value <= high;
                assertThat(Walk.accepts(grammar, Integer.toString(value)))
                        .as("seed %d, %s: %d", seed, schema, value)
                        .isEqualTo(within);
            }
        }
    }

    @Test
    void boundsHoldExactlyForDecimals() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 150; round++) {
            BigDecimal low = decimal(random);
            BigDecimal high = low.add(decimal(random).abs());
            boolean openLow = random.nextBoolean();
            boolean openHigh = random.nextBoolean();
            if (low.compareTo(high) == 0) {
                continue;
            }
            String schema =
                    "{\"type\": \"number\", \"%s\": %s, \"%s\": %s}"
                            .formatted(
                                    openLow ? "exclusiveMinimum" : "minimum",
                                    low.toPlainString(),
                                    openHigh ? "exclusiveMaximum" : "maximum",
                                    high.toPlainString());
            Grammar grammar = Walk.grammar(schema);
            for (int i = 0; i < 300; i++) {
                BigDecimal value =
                        switch (i) {
                            case 0 -> low;
                            case 1 -> high;
                            case 2 -> low.movePointRight(1);
                            default -> decimal(random);
                        };
                boolean within =
                        (openLow ? value.compareTo(low) > 0 : value.compareTo(low) >= 0)
                                && (openHigh
                                        ? value.compareTo(high) < 0
                                        : value.compareTo(high) <= 0);
                String text = value.signum() == 0 ? "0" : value.toPlainString();
                assertThat(Walk.accepts(grammar, text))
                        .as("seed %d, %s: %s", seed, schema, text)
                        .isEqualTo(within);
            }
        }
    }

    private static BigDecimal decimal(RandomGenerator random) {
        return new BigDecimal(
                BigInteger.valueOf(random.nextInt(-2500, 2500)), random.nextInt(0, 4));
    }

    @Test
    void boundsOfAnySizeHold() {
        String ones = "1".repeat(60);
        Grammar large = Walk.grammar("{\"type\": \"integer\", \"minimum\": %s}".formatted(ones));
        assertThat(Walk.accepts(large, ones)).isTrue();
        assertThat(Walk.accepts(large, "1".repeat(59) + "0")).isFalse();
        assertThat(Walk.accepts(large, "9".repeat(59))).isFalse();
        assertThat(Walk.accepts(large, "2" + "0".repeat(60))).isTrue();

        Grammar small =
                Walk.grammar("{\"exclusiveMinimum\": 0, \"maximum\": 1e-30, \"type\": \"number\"}");
        assertThat(Walk.accepts(small, "0." + "0".repeat(29) + "1")).isTrue();
        assertThat(Walk.accepts(small, "0." + "0".repeat(29) + "2")).isFalse();
        assertThat(Walk.accepts(small, "0." + "0".repeat(28) + "1")).isFalse();
        assertThat(Walk.accepts(small, "0")).isFalse();

        assertThat(
                        Walk.accepts(
                                Walk.grammar("{\"type\": \"integer\", \"maximum\": 1e999999999}"),
                                "7"))
                .isTrue();
        assertThatThrownBy(() -> Walk.grammar("{\"maximum\": 1e-999999999}"))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("#/maximum");
        assertThatThrownBy(() -> Walk.grammar("{\"type\": \"integer\", \"minimum\": 1e999999999}"))
                .isInstanceOf(UnsupportedSchemaException.class);
    }

    @Test
    void aBoundSaysNothingAboutOtherTypes() {
        Grammar grammar = Walk.grammar("{\"minimum\": 3}");

        for (String text :
                new String[] {"3", "3.5", "\"a\"", "null", "true", "[1]", "{\"a\": 1}"}) {
            assertThat(Walk.accepts(grammar, text)).as(text).isTrue();
        }
        assertThat(Walk.accepts(grammar, "2")).isFalse();
    }

    @Test
    void aDraft04FlagMakesItsBoundExclusive() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"$schema": "http://json-schema.org/draft-04/schema#", "type": "integer",
                         "minimum": 3, "exclusiveMinimum": true,
                         "maximum": 5, "exclusiveMaximum": false}\
                        """);

        assertThat(Walk.accepts(grammar, "3")).isFalse();
        assertThat(Walk.accepts(grammar, "4")).isTrue();
        assertThat(Walk.accepts(grammar, "5")).isTrue();
    }

    @Test
    void multiplesAreExact() {
        for (String step :
                new String[] {
                    "1", "3", "7", "10", "25", "1e2", "0.5", "0.01", "0.75", "1.5", "0.003"
                }) {
            Grammar grammar =
                    Walk.grammar("{\"type\": \"number\", \"multipleOf\": %s}".formatted(step));
            for (int i = -2_000; i <= 2_000; i++) {
                BigDecimal value = new BigDecimal(BigInteger.valueOf(i), 3);
                boolean multiple = value.remainder(new BigDecimal(step)).signum() == 0;
                String text =
                        value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
                assertThat(Walk.accepts(grammar, text))
                        .as("%s of %s", text, step)
                        .isEqualTo(multiple);
            }
        }
    }

    @Test
    void multiplesAndBoundsHoldTogether() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"type": "integer", "multipleOf": 4, "allOf": [{"multipleOf": 6}],
                         "minimum": 7, "maximum": 10000}\
                        """);
        assertThat(Walk.accepts(grammar, "12")).isTrue();
        assertThat(Walk.accepts(grammar, "9996")).isTrue();
        for (String text : new String[] {"0", "4", "6", "8", "18", "10008", "12.0"}) {
            assertThat(Walk.accepts(grammar, text)).as(text).isFalse();
        }
        assertThatThrownBy(() ->
                        Walk.grammar(
                                """
                                {"type": "number", "multipleOf": 10, "minimum": 1,
                                 "maximum": 9}\
                                """))
                .isInstanceOf(UnsupportedSchemaException.class);
        assertThatThrownBy(() -> Walk.grammar("{\"multipleOf\": 1e-500}"))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("#/multipleOf");
    }
}
