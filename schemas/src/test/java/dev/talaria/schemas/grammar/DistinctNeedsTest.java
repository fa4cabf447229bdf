package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Values that need arrays of different elements, whose shortest is known last of all.
class DistinctNeedsTest {

    private static final String PAIR =
            "{\"type\": \"array\", \"uniqueItems\": true, \"minItems\": 2, \"items\": {\"type\":"
                    + " \"integer\"}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type': 'object', 'required': ['a'], 'properties': {'a': PAIR}}|{'a': [0, 1]}",
                "{'type': 'object', 'minProperties': 1, 'additionalProperties': PAIR}|{'': [0, 1]}",
                "{'type': 'object', 'patternProperties': {'^p': PAIR}, 'additionalProperties':"
                        + " false, 'minProperties': 2}|{'p': [0, 1], 'p ': [0, 1]}",
                "{'type': 'array', 'minItems': 1, 'items': {'type': 'object', 'required': ['a'],"
                        + " 'properties': {'a': PAIR}}}|[{'a': [0, 1]}]",
                "{'type': 'object', 'properties': {'a': PAIR, 'b': PAIR}, 'required': ['b'],"
                        + " 'minProperties': 2, 'additionalProperties': false}"
                        + "|{'a': [0, 1], 'b': [0, 1]}"
            })
    void theyAreReachedThroughObjects(String schema, String shortest) {
        Grammar grammar = Walk.grammar(schema.replace("PAIR", PAIR).replace('\'', '"'));

        assertThat(grammar.start().shortestCompletion())
                .asString()
                .isEqualTo(shortest.replace('\'', '"'));
        assertThat(grammar.minimumBytes()).isEqualTo(shortest.length());
    }

    @Test
    void theyAreReachedThroughARecursion() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"$ref": "#/$defs/n", "$defs": {"n": {"type": "object", "required": ["t"],
                         "properties": {"t": {"type": "array", "uniqueItems": true, "minItems": 2,
                           "items": {"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/n"}]}}}}}}\
                        """);

        assertThat(Walk.accepts(grammar, "{\"t\": [true, false]}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"t\": [true, true]}")).isFalse();
        assertThat(grammar.minimumBytes()).isEqualTo("{\"t\": [true, false]}".length());
    }

    /// There are more beginnings of a UUID than can be looked at, all of the same cost.
    @ParameterizedTest
    @CsvSource({"uuid, 38", "date, 12", "time, 11", "date-time, 22"})
    void valuesAllOfOneLengthAreFound(String format, int length) {
        String schema =
                """
                {"type": "array", "uniqueItems": true, "minItems": 3,
                 "items": {"type": "string", "format": "%s"}}\
                """
                        .formatted(format);
        for (Grammar grammar : EveryOption.grammars(schema)) {
            Recognizer recognizer = grammar.start();
            String shortest =
                    new String(recognizer.shortestCompletion(), StandardCharsets.ISO_8859_1);

            List<String> elements =
                    List.of(shortest.substring(1, shortest.length() - 1).split(","));
            assertThat(elements).hasSize(3).doesNotHaveDuplicates();
            assertThat(elements).allMatch(element -> element.strip().length() == length);
            assertThat(Walk.accepts(grammar, shortest)).isTrue();
            assertThat(NetworkntValidator.of(schema).validate(shortest)).isEmpty();
            assertThat(grammar.minimumBytes()).isEqualTo(shortest.length());
        }
    }
}
