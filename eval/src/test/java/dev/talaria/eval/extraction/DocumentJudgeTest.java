package dev.talaria.eval.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.eval.suite.Reason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Map;

/// Nested fields, lists, and what counts as exact.
class DocumentJudgeTest {

    private static final JsonNode SCHEMA =
            json(
                    """
                    {"properties": {"total": {"type": "number"}, "paid": {"type": ["boolean", "null"]},
                     "due": {"type": "string", "format": "date"}, "a.b": {"type": "integer"},
                     "lines": {"items": {"properties": {"price": {"type": "number"}}}}}}
                    """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": 1} | {\"a\": 1} | true | true",
                "{\"a\": 1} | {\"a\": 1.0} | true | true",
                "{\"a\": \"x\"} | {\"a\": \"X \"} | true | false",
                "{\"a\": \"x\"} | {\"a\": \"y\"} | false | false",
                "{\"a\": \"x\"} | {} | false | false",
                "{} | {\"a\": \"x\"} | false | false",
                "{\"a\": \"x\"} | {\"a\": \"x\", \"b\": null} | true | true",
                "{\"a\": \"x\"} | {\"a\": \"x\", \"b\": \"\", \"c\": []} | true | false",
                "{\"a\": {\"b\": 1, \"c\": 2}} | {\"a\": {\"c\": 2, \"b\": 1}} | true | true",
                "{\"a\": [1, 2]} | {\"a\": [2, 1]} | true | false",
                "{\"a\": [1, 1, 2]} | {\"a\": [1, 2, 2]} | false | false",
                "{\"a\": [1]} | {\"a\": 1} | false | false",
                "{\"a\": {\"b\": 1}} | {\"a\": 1} | false | false",
                "[{\"a\": 1}, {\"a\": 2}] | [{\"a\": 2}, {\"a\": 1}] | true | false",
            })
    void exactInTheSenseOfTheTypesAndAsSpelled(
            String gold, String answer, boolean isExact, boolean isRawExact) {
        DocumentScore score = judge(gold, answer);

        assertThat(score.isExact()).isEqualTo(isExact);
        assertThat(score.isRawExact()).isEqualTo(isRawExact);
        assertThat(score.reasons().isEmpty()).isEqualTo(isExact);
    }

    @Test
    void fieldsAreFlattenedToPaths() {
        DocumentScore score =
                judge(
                        "{\"a\": {\"b\": 1}, \"l\": [{\"n\": \"x\"}, {\"n\": \"y\"}], \"m\": [[1],"
                                + " [2]]}",
                        "{\"a\": {\"b\": 1}, \"l\": [{\"n\": \"y\"}], \"m\": [[2, 1]]}");

        assertThat(score.fields())
                .containsExactly(
                        Map.entry("a.b", new FieldCounts(1, 0, 0)),
                        Map.entry("l[].n", new FieldCounts(1, 0, 1)),
                        Map.entry("m[][]", new FieldCounts(2, 0, 0)));
        assertThat(score.isExact()).isFalse();
    }

    @Test
    void partsOfAnElementBelongTogether() {
        DocumentScore score =
                judge(
                        "[{\"n\": \"x\", \"p\": 1}, {\"n\": \"y\", \"p\": 2}]",
                        "[{\"n\": \"x\", \"p\": 2}, {\"n\": \"y\", \"p\": 1}]");

        assertThat(score.fields().get("[].p")).isEqualTo(new FieldCounts(2, 0, 0));
        assertThat(score.isExact()).isFalse();
        assertThat(score.reasons()).extracting(Reason::kind).containsExactly("wrong-element");
    }

    @Test
    void aPairGivesWayWhereThatMakesMorePairs() {
        DocumentScore score =
                judge("{\"a\": [\"8.20\", \"€8.20\"]}", "{\"a\": [\"€ 8.20\", \"$ 8.20\"]}");

        assertThat(score.fields().get("a[]")).isEqualTo(new FieldCounts(2, 0, 0));
        assertThat(score.isExact()).isTrue();
    }

    @Test
    void theSchemaSaysTypesBeforeTheGoldValues() {
        FieldTypes types = FieldTypes.of(List.of(), Map.of(), Normalization.usual());

        assertThat(types.of("total", SCHEMA)).isEqualTo(FieldType.AMOUNT);
        assertThat(types.of("paid", SCHEMA)).isEqualTo(FieldType.BOOLEAN);
        assertThat(types.of("due", SCHEMA)).isEqualTo(FieldType.DATE);
        assertThat(types.of("a.b", SCHEMA)).isEqualTo(FieldType.AMOUNT);
        assertThat(types.of("lines[].price", SCHEMA)).isEqualTo(FieldType.AMOUNT);
        assertThat(types.of("other", SCHEMA)).isEqualTo(FieldType.TEXT);
    }

    @Test
    void theCallerSaysTypesBeforeTheSchema() {
        FieldTypes types =
                FieldTypes.of(List.of(), Map.of("total", FieldType.TEXT), Normalization.usual());

        assertThat(types.of("total", SCHEMA)).isEqualTo(FieldType.TEXT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[\"01/02/2018\", \"3 May 2018\"] | DATE",
                "[\"01/02/2018\", \"soon\"] | TEXT",
                "[\"8.20\", \"RM 3\"] | AMOUNT",
                "[8, 9.5] | AMOUNT",
                "[\"42183017\", \"2022089083\"] | TEXT",
                "[\"20180428\", \"20180429\"] | DATE",
                "[true, false] | BOOLEAN",
                "[\"yes\", \"no\"] | TEXT",
                "[\"8.20\", \"nothing\"] | TEXT",
            })
    void goldValuesLookLikeTheirTypes(String values, FieldType type) {
        FieldTypes types =
                FieldTypes.of(
                        List.of(json("{\"f\": " + values + "}")), Map.of(), Normalization.usual());

        assertThat(types.of("f[]", null)).isEqualTo(type);
    }

    @Test
    void aDocumentOfManyWrongValuesHasBoundedReasons() {
        StringBuilder gold = new StringBuilder("[0");
        for (int i = 1; i < 500; i++) {
            gold.append(',').append(i);
        }

        DocumentScore score = judge(gold.append(']').toString(), "[]");

        assertThat(score.reasons()).hasSize(41);
        assertThat(score.reasons().getLast().text()).contains("500 reasons in all");
    }

    private static DocumentScore judge(String gold, String answer) {
        FieldTypes types = FieldTypes.of(List.of(json(gold)), Map.of(), Normalization.usual());
        return new DocumentJudge(types, Normalization.usual())
                .judge(json(gold), json(answer), null);
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
