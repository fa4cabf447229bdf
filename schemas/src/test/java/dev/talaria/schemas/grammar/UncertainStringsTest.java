package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Where readers of schemas differ on a string, no combinator lets it through.
class UncertainStringsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"string\", \"oneOf\": [{\"format\": \"email\"}, {\"pattern\":"
                        + " \"@[a-z]\"}]}",
                "{\"enum\": [\"a@b.com\", \"'a'@b.cc\", \"bbbb\"], \"oneOf\": [{\"format\":"
                        + " \"idn-email\"}, {\"minLength\": 3}]}",
                "{\"type\": \"string\", \"not\": {\"format\": \"uri\"}, \"maxLength\": 9}",
                "{\"type\": \"string\", \"not\": {\"format\": \"date-time\"}, \"pattern\":"
                        + " \"^20\"}",
                "{\"type\": \"string\", \"oneOf\": [{\"pattern\": \"^\\\\s*$\"}, {\"maxLength\":"
                        + " 3}]}",
                "{\"type\": \"string\", \"anyOf\": [{\"not\": {\"pattern\": \"^\\\\S\\\\b\"}},"
                        + " {\"not\": {\"pattern\": \"^.\"}}]}",
                "{\"type\": \"object\", \"required\": [\"a\"], \"oneOf\": [{\"properties\": {\"a\":"
                        + " {\"format\": \"time\"}}}, {\"properties\": {\"a\": {\"pattern\":"
                        + " \"^1\"}}}], \"maxProperties\": 1}"
            })
    void whatIsGeneratedIsValid(String schema) {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        SchemaValidator validator = NetworkntValidator.of(schema);
        Grammar grammar = Walk.grammar(schema);
        for (int walk = 0; walk < 200; walk++) {
            String text = Walk.random(grammar.start(), random.nextInt(40), random, () -> {});
            assertThat(validator.validate(text))
                    .as("seed %d, %s: %s", seed, schema, text)
                    .isEmpty();
        }
    }
}
