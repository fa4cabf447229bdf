package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class ObjectsTest {

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

    private static final String OPEN =
            """
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "null"}},
             "required": ["b", "r"]}\
            """;

    @Test
    void membersComeInTheOrderOfTheSchemaThenRequiredOnesThenOthers() {
        accepts(
                OPEN,
                "{\"b\": null, \"r\": 1}",
                "{\"a\": 1, \"b\": null, \"r\": [true, {}]}",
                "{\"a\": 1, \"b\": null, \"r\": 1, \"x\": {\"y\": \"z\"}, \"\": 0}");
        rejects(
                OPEN,
                "{\"b\": null, \"a\": 1, \"r\": 1}",
                "{\"r\": 1, \"b\": null}",
                "{\"x\": 1, \"b\": null, \"r\": 1}",
                "{\"a\": 1, \"r\": 1}",
                "{}");
    }

    @Test
    void noKeyComesTwice() {
        rejects(
                OPEN,
                "{\"b\": null, \"b\": null, \"r\": 1}",
                "{\"b\": null, \"r\": 1, \"r\": 1}",
                "{\"b\": null, \"r\": 1, \"x\": 1, \"x\": 1}",
                "{\"b\": null, \"r\": 1, \"x\": 1, \"y\": 1, \"x\": 1}",
                "{\"b\": null, \"r\": 1, \"a\": 1}",
                "{\"b\": null, \"r\": 1, \"\\u0061\": 1}");
        accepts(OPEN, "{\"b\": null, \"r\": 1, \"xx\": 1, \"x\": 1, \"xxx\": 1, \"A\": 1}");
    }

    @Test
    void keysAreComparedAsTheyAreSpelled() {
        String schema =
                """
                {"type": "object", "properties": {"\\u00e9\\n\\"\\\\/": {"type": "integer"}},
                 "additionalProperties": false}\
                """;
        accepts(schema, "{\"é\\n\\\"\\\\/\": 1}", "{}");
        rejects(schema, "{\"é\": 1}", "{\"e\": 1}");
    }

    @Test
    void aForbiddenKeyDoesNotComeAsAnotherEither() {
        String schema = "{\"type\": \"object\", \"properties\": {\"no\": false}}";
        accepts(schema, "{\"n\": 1}", "{\"nope\": 1}", "{}");
        rejects(schema, "{\"no\": 1}", "{\"a\": 1, \"no\": 1}");
    }

    @Test
    void otherMembersFollowTheirSchema() {
        String schema = "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"integer\"}}";
        accepts(schema, "{\"a\": 1, \"b\": 2}");
        rejects(schema, "{\"a\": \"1\"}", "{\"a\":1}", "{ \"a\": 1}", "{\"a\": 1,\"b\": 2}");
    }

    @Test
    void aPropertyNobodyCanSatisfyIsLeftOut() {
        String schema =
                """
                {"type": "object", "additionalProperties": false, "properties": {
                 "loop": {"$ref": "#/$defs/loop"}, "ok": {"type": "null"}},
                 "$defs": {"loop": {"type": "object", "required": ["again"],
                   "properties": {"again": {"$ref": "#/$defs/loop"}}}}}\
                """;
        accepts(schema, "{}", "{\"ok\": null}");
        assertThat(Walk.pushed(Walk.grammar(schema).start(), "{\"l")).isFalse();
    }

    @Test
    void theShortestFreeKeyIsFoundEvenWhereMostAreTaken() {
        StringBuilder schema =
                new StringBuilder("{\"type\": \"object\", \"properties\": {\"\": {}");
        for (int c = 0x20; c < 0x80; c++) {
            if (c != '"' && c != '\\') {
                schema.append(", \"").append((char) c).append("\": {}");
            }
        }
        Recognizer recognizer = Walk.grammar(schema + "}}").start();
        assertThat(Walk.pushed(recognizer, "{\"\u007f\": 1, \"")).isTrue();

        // A closing quote, a colon, a space, a digit and the brace, after two bytes of a new key.
        assertThat(recognizer.minimumBytes()).isEqualTo(7);
        String rest = new String(recognizer.shortestCompletion(), StandardCharsets.UTF_8);
        assertThat(rest).hasSize(rest.codePointAt(0) < 0x80 ? 7 : 6);
    }

    @Test
    void freeFormValuesNestToTheDocumentedDepth() {
        Recognizer recognizer = Walk.grammar("true").start();
        int depth = 0;
        while (recognizer.push('[')) {
            depth++;
        }
        assertThat(depth).isEqualTo(FreeForm.MAX_DEPTH + 1);
        assertThat(recognizer.push(']')).isTrue();
    }

    @Test
    void arraysKeepTheirPrefixAndCounts() {
        String schema =
                """
                {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}],
                 "items": {"type": "null"}, "minItems": 1, "maxItems": 4}\
                """;
        accepts(schema, "[1]", "[1, \"a\"]", "[1, \"a\", null, null]");
        rejects(schema, "[]", "[\"a\"]", "[1, 2]", "[1, \"a\", 3]", "[1,\"a\"]");
        rejects(schema, "[1, \"a\", null, null, null]");
        accepts("{\"type\": \"array\", \"prefixItems\": [true, false], \"maxItems\": 9}", "[1]");
        rejects("{\"type\": \"array\", \"prefixItems\": [true, false]}", "[1, 2]");
    }

    @Test
    void aTupleOfOlderDraftsIsATuple() {
        String schema =
                """
                {"$schema": "http://json-schema.org/draft-07/schema#", "type": "array",
                 "items": [{"type": "integer"}], "additionalItems": {"type": "null"}}\
                """;
        accepts(schema, "[]", "[1]", "[1, null, null]");
        rejects(schema, "[null]", "[1, 1]");
    }
}
