package dev.talaria.schemas.partial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.validation.JsonText;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.Random;

/// What a part of a document has to satisfy.
class PartialSchemaTest {

    private static final String INVOICE =
            """
            {"type": "object", "required": ["number", "vendor", "lines", "paid"],
             "additionalProperties": false, "minProperties": 3,
             "properties": {
               "number": {"type": "string", "minLength": 2},
               "vendor": {"$ref": "#/$defs/party"},
               "buyer": {"$ref": "#/$defs/party"},
               "lines": {"type": "array", "minItems": 2, "uniqueItems": true, "items": {
                 "type": "object", "required": ["name", "sum"],
                 "properties": {"name": {"type": "string"}, "sum": {"type": "number"}}}},
               "paid": {"oneOf": [
                 {"type": "object", "required": ["on"], "properties": {"on": {"type": "string"}}},
                 {"type": "object", "required": ["due"], "properties": {"due": {"type": "string"}}}]}},
             "if": {"required": ["buyer"]}, "then": {"required": ["number"]},
             "$defs": {"party": {"type": "object", "required": ["name", "city"],
               "properties": {"name": {"type": "string"}, "city": {"type": "string"},
                 "parent": {"$ref": "#/$defs/party"}}}}}
            """;

    private static final String VALUE =
            """
            {"number": "A7", "vendor": {"name": "V", "city": "Bern",
              "parent": {"name": "P", "city": "Rome"}},
             "lines": [{"name": "x", "sum": 1}, {"name": "y", "sum": 2.5}, {"name": "z", "sum": 3}],
             "paid": {"on": "2026-01-01"}}
            """;

    @Test
    void whateverIsLeftOutOfAValueIsNotMissed() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        SchemaValidator whole = NetworkntValidator.of(INVOICE);
        SchemaValidator partial = NetworkntValidator.of(PartialSchema.of(INVOICE));
        assertThat(whole.validate(VALUE)).isEmpty();
        for (int i = 0; i < 300; i++) {
            String part = part(JsonText.value(VALUE), random).toString();

            assertThat(partial.validate(part)).as("seed %d: %s", seed, part).isEmpty();
        }
    }

    // Without some members of objects and elements of arrays, but the elements whole.
    private static JsonNode part(JsonNode value, Random random) {
        if (value.isArray()) {
            ArrayNode some = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> {
                if (random.nextBoolean()) {
                    some.add(element);
                }
            });
            return some;
        }
        if (!value.isObject()) {
            return value;
        }
        ObjectNode some = JsonNodeFactory.instance.objectNode();
        value.properties()
                .forEach(member -> {
                    if (random.nextInt(3) > 0) {
                        some.set(member.getKey(), part(member.getValue(), random));
                    }
                });
        return some;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"number": 7}
                    {"number": "A"}
                    {"vendor": {"name": 1}}
                    {"lines": [{"name": "x"}]}
                    {"lines": [{"name": "x", "sum": 1}, {"name": "x", "sum": 1}]}
                    {"other": 1}
                    []
                    """)
    void whatIsThereHasToFit(String value) {
        assertThat(NetworkntValidator.of(PartialSchema.of(INVOICE)).validate(value)).isNotEmpty();
    }

    @Test
    void itCanBeEnforcedAsTheWholeOneCan() {
        assertThat(GrammarCompiler.compile(PartialSchema.of(INVOICE)).minimumBytes()).isEqualTo(2);
    }

    @Test
    void aSchemaThatContainsItselfStaysOne() {
        String tree =
                "{\"type\": \"object\", \"required\": [\"a\"], \"properties\":"
                        + " {\"a\": {\"type\": \"string\"}, \"below\": {\"$ref\": \"#\"}}}";

        assertThat(
                        NetworkntValidator.of(PartialSchema.of(tree))
                                .validate("{\"below\": {\"below\": {}}}"))
                .isEmpty();
    }

    @Test
    void trueStaysTrue() {
        assertThat(PartialSchema.of("true")).isEqualTo("true");
    }
}
