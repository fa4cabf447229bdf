package dev.talaria.pipeline.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.datasets.record.Value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

class TypedFieldsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\": \"string\"} | text",
                "{\"type\": [\"null\", \"integer\"]} | int64",
                "{\"type\": \"number\"} | float64",
                "{\"type\": \"boolean\"} | bool",
                "{\"type\": \"string\", \"format\": \"date\"} | date",
                "{\"type\": \"string\", \"format\": \"date-time\"} | timestamp(us, UTC)",
                "{\"enum\": [\"a\", \"b\", null]} | text",
                "{\"enum\": [\"a\", 1]} | json",
                "{\"const\": 3} | int64",
                "{\"type\": \"array\", \"items\": {\"type\": \"string\"}} | list<text>",
                "{\"type\": \"array\", \"items\": {\"type\": \"object\"}} | json",
                "{\"type\": \"object\"} | json",
                "{\"anyOf\": [{\"type\": \"string\"}]} | json",
                "{\"$ref\": \"#/$defs/amount\"} | float64",
                "{\"$ref\": \"#/$defs/circle\"} | json",
                "true | json"
            })
    void membersHaveTheTypesThatTheSchemaSays(String member, String type) {
        TypedFields fields =
                TypedFields.of(
                        """
                        {"type": "object", "properties": {"m": %s}, "$defs": {\
                        "amount": {"type": "number"}, "circle": {"$ref": "#/$defs/circle"}}}
                        """
                                .formatted(member));

        assertThat(fields.fields(Set.of())).hasToString("[m " + type + "]");
    }

    @Test
    void whatIsNotThereOrDoesNotFitIsNull() {
        TypedFields fields =
                TypedFields.of(
                        """
                        {"type": "object", "properties": {"i": {"type": "integer"}, "big": {"type": "integer"}, \
                        "d": {"type": "string", "format": "date"}, \
                        "t": {"type": "string", "format": "date-time"}, \
                        "o": {"type": "object"}, "a": {"type": "array", "items": {"type": "number"}}, \
                        "gone": {"type": "string"}}}
                        """);

        List<Value> values =
                fields.values(
                        """
                        {"i": 3.0, "big": 99999999999999999999, "d": "2026-01-31", \
                        "t": "2026-01-31T13:00:00.1234567+01:00", "o": {"x": [1]}, "a": [1, null]}
                        """);

        assertThat(values)
                .containsExactly(
                        new Value.Int(3),
                        Value.Null.NULL,
                        new Value.Date(LocalDate.of(2026, 1, 31)),
                        new Value.Timestamp(Instant.parse("2026-01-31T12:00:00.123456Z")),
                        new Value.Json("{\"x\":[1]}"),
                        new Value.Elements(List.of(new Value.Real(1), Value.Null.NULL)),
                        Value.Null.NULL);
    }

    @Test
    void namesThatAreTakenGetAnother() {
        TypedFields fields =
                TypedFields.of(
                        "{\"type\": \"object\", \"properties\": {\"id\": {\"type\": \"string\"}}}");

        assertThat(fields.fields(Set.of("id", "extraction"))).hasToString("[extraction_id text]");
    }

    @Test
    void schemasOfOtherThanObjectsHaveNoColumns() {
        assertThat(TypedFields.of("{\"type\": \"array\"}").fields(Set.of())).isEmpty();
        assertThat(TypedFields.of("true").fields(Set.of())).isEmpty();
    }
}
