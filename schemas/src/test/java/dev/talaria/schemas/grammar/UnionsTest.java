package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UnionsTest {

    private static void accepts(String schema, String... texts) {
        for (String text : texts) {
            assertThat(Walk.accepts(Walk.grammar(schema), text)).as(text).isTrue();
        }
    }

    private static void rejects(String schema, String... texts) {
        for (String text : texts) {
            assertThat(Walk.accepts(Walk.grammar(schema), text)).as(text).isFalse();
        }
    }

    @Test
    void overlappingBranchesAreReadSideBySide() {
        String schema =
                """
                {"anyOf": [
                  {"type": "object", "additionalProperties": false, "required": ["id", "n"],
                   "properties": {"id": {"type": "string"}, "n": {"type": "integer"}}},
                  {"type": "object", "additionalProperties": false,
                   "properties": {"id": {"type": "string", "maxLength": 2},
                                  "s": {"type": "string"}}}]}\
                """;
        accepts(schema, "{\"id\": \"abc\", \"n\": 1}", "{\"id\": \"ab\", \"s\": \"\"}", "{}");
        rejects(schema, "{\"id\": \"abc\", \"s\": \"\"}", "{\"id\": \"abc\"}", "{\"n\": 1}");
    }

    @Test
    void siblingsOfABranchHoldToo() {
        String schema =
                """
                {"type": "object", "properties": {"a": {"minimum": 5}}, "required": ["a"],
                 "anyOf": [{"properties": {"a": {"type": "integer", "maximum": 7}}},
                           {"properties": {"a": {"type": "string"}}}]}\
                """;
        accepts(schema, "{\"a\": 5}", "{\"a\": \"x\"}");
        rejects(schema, "{\"a\": 4}", "{\"a\": 8}", "{\"a\": null}", "{}");
    }

    @Test
    void siblingsOfAReferenceHoldToo() {
        String schema =
                """
                {"$ref": "#/$defs/short", "minLength": 2, "$defs": {"short": {"maxLength": 3}},
                 "type": "string"}\
                """;
        accepts(schema, "\"ab\"", "\"abc\"");
        rejects(schema, "\"a\"", "\"abcd\"", "1");
    }

    @Test
    void siblingsOfAReferenceAreNotReadUpToDraft07() {
        String schema =
                """
                {"$schema": "http://json-schema.org/draft-07/schema#",
                 "properties": {"a": {"$ref": "#/definitions/short", "minLength": 2}},
                 "definitions": {"short": {"maxLength": 3}}}\
                """;
        accepts(schema, "{\"a\": \"\"}");
        rejects(schema, "{\"a\": \"abcd\"}");
    }

    @Test
    void listedValuesSatisfyWhatStandsBesideThem() {
        String schema =
                """
                {"enum": [1, 7, "a", "abc", {"k": 1}, {"k": 9}, [1], null],
                 "minimum": 5, "minLength": 2, "properties": {"k": {"maximum": 5}}, "maxItems": 0}\
                """;
        accepts(schema, "7", "\"abc\"", "{\"k\": 1}", "null");
        rejects(schema, "1", "\"a\"", "{\"k\": 9}", "[1]");
    }

    @Test
    void constAndEnumBothHold() {
        accepts("{\"const\": 2, \"enum\": [1, 2.0]}", "2");
        assertThatThrownBy(() -> Walk.grammar("{\"const\": 3, \"enum\": [1, 2]}"))
                .isInstanceOf(UnsupportedSchemaException.class);
    }

    @Test
    void listedNumbersThatBeginAlikeAreToldApart() {
        accepts("{\"enum\": [1, 12, 120.5]}", "1", "12", "120.5");
        rejects("{\"enum\": [1, 12, 120.5]}", "120", "2", "1.0");
        accepts("{\"items\": {\"enum\": [1, 12]}, \"type\": \"array\"}", "[1, 12, 1]");
    }

    @Test
    void allOfIsTheConjunction() {
        String schema =
                """
                {"allOf": [{"type": "object", "required": ["a"]},
                           {"properties": {"a": {"type": "integer"}}},
                           {"properties": {"a": {"maximum": 3}}, "additionalProperties": false}]}\
                """;
        accepts(schema, "{\"a\": 3}");
        rejects(schema, "{\"a\": 4}", "{\"a\": \"\"}", "{\"a\": 1, \"b\": 1}", "{}");
    }

    @Test
    void oneOfIsTheUnionOfBranchesThatExcludeEachOther() {
        String schema =
                """
                {"oneOf": [
                  {"properties": {"kind": {"const": "a"}, "x": {"type": "integer"}},
                   "required": ["kind"], "type": "object"},
                  {"properties": {"kind": {"const": "b"}, "x": {"type": "string"}},
                   "required": ["kind"], "type": "object"},
                  {"type": "null"}]}\
                """;
        accepts(schema, "{\"kind\": \"a\", \"x\": 1}", "{\"kind\": \"b\", \"x\": \"1\"}", "null");
        rejects(schema, "{\"kind\": \"a\", \"x\": \"1\"}", "{\"kind\": \"c\"}");
    }

    @Test
    void recursionGoesToAnyDepth() {
        String schema =
                """
                {"$defs": {"node~/%": {"type": "array", "items": {"$ref": "#/$defs/node~0~1%25"}}},
                 "$ref": "#/$defs/node~0~1%25"}\
                """;
        Recognizer recognizer = Walk.grammar(schema).start();
        for (int depth = 0; depth < 20_000; depth++) {
            assertThat(recognizer.push('[')).isTrue();
        }
        assertThat(recognizer.minimumBytes()).isEqualTo(20_000);
        assertThat(recognizer.shortestCompletion()).hasSize(20_000);
        assertThat(recognizer.readings(16, 16)).hasSize(1);
    }

    @Test
    void overlappingRecursionStaysSmall() {
        Recognizer recognizer =
                Walk.grammar(
                                """
                                {"anyOf": [{"type": "array", "items": {"$ref": "#"}},
                                           {"type": "array", "items": {"$ref": "#"}, "maxItems": 2},
                                           {"type": "array", "minItems": 1, "items": {"$ref": "#"}}]}\
                                """)
                        .start();
        for (int depth = 0; depth < 2_000; depth++) {
            assertThat(Walk.pushed(recognizer, "[[], [")).isTrue();
        }
        assertThat(Walk.pushed(recognizer, "]".repeat(4_000))).isTrue();
        assertThat(recognizer.isComplete()).isTrue();
    }

    @Test
    void aReferenceLeadsAnywhereInTheDocument() {
        accepts(
                """
                {"$id": "http://example.com/a.json", "type": "object",
                 "properties": {"p": {"anyOf": [{"type": "null"}, {"type": "integer"}]},
                                "q": {"$ref": "#/properties/p/anyOf/1"},
                                "r": {"$ref": "a.json#/properties/p"}}}\
                """,
                "{\"p\": null, \"q\": 1, \"r\": null}");
    }

    @Test
    void boolSchemasAllowEverythingOrNothing() {
        accepts("true", "1", "{\"a\": [null, \"x\", {}]}");
        assertThatThrownBy(() -> Walk.grammar("false"))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("schema #");
    }
}
