package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/// How many members, which names, and members that must be there whatever their name.
class ObjectBoundsTest {

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

    private static String shortest(String schema) {
        Grammar grammar = Walk.grammar(schema);
        byte[] completion = grammar.start().shortestCompletion();
        assertThat(completion).hasSize(grammar.minimumBytes());
        return new String(completion, StandardCharsets.UTF_8);
    }

    @Test
    void membersAreCounted() {
        String schema = "{\"type\": \"object\", \"minProperties\": 2, \"maxProperties\": 3}";
        accepts(schema, "{\"a\": 1, \"b\": 1}", "{\"a\": 1, \"b\": 1, \"c\": 1}");
        rejects(schema, "{}", "{\"a\": 1}", "{\"a\": 1, \"b\": 1, \"c\": 1, \"d\": 1}");
        assertThat(shortest(schema)).isEqualTo("{\"\": 0, \" \": 0}");
    }

    @Test
    void optionalMembersAreNeededWhereThereAreNoOthers() {
        String schema =
                """
                {"type": "object", "additionalProperties": false, "minProperties": 2,
                 "properties": {"a": {"minLength": 9, "type": "string"}, "bb": {}, "ccc": {}}}\
                """;
        assertThat(shortest(schema)).isEqualTo("{\"bb\": 0, \"ccc\": 0}");
        assertThat(Walk.pushed(Walk.grammar(schema).start(), "{\"ccc")).isFalse();
        assertThat(Walk.pushed(Walk.grammar(schema).start(), "{\"bb\": 0}")).isFalse();
        accepts(schema, "{\"a\": \"123456789\", \"ccc\": 1}");
    }

    @Test
    void requiredMembersKeepTheirRoom() {
        String schema =
                """
                {"type": "object", "maxProperties": 2, "required": ["z"],
                 "properties": {"a": {}, "b": {}, "z": {}}}\
                """;
        accepts(schema, "{\"a\": 1, \"z\": 1}", "{\"z\": 1, \"y\": 1}");
        assertThat(Walk.pushed(Walk.grammar(schema).start(), "{\"a\": 1, \"b")).isFalse();
    }

    @Test
    void namesThatRunOutAreCounted() {
        String schema =
                """
                {"type": "object", "minProperties": 3,
                 "patternProperties": {"^[ab]$": {"type": "null"}}, "additionalProperties": false}\
                """;
        assertThatThrownBy(() -> Walk.grammar(schema))
                .isInstanceOf(UnsupportedSchemaException.class);
        String two = schema.replace("3", "2");
        accepts(two, "{\"b\": null, \"a\": null}");
        rejects(two, "{\"b\": null}", "{\"b\": null, \"b\": null}");
        Recognizer recognizer = Walk.grammar(two).start();
        assertThat(Walk.pushed(recognizer, "{\"b\": null, \"a\": null")).isTrue();
        assertThat(recognizer.push(',')).isFalse();
    }

    @Test
    void everyPatternThatMatchesApplies() {
        String schema =
                """
                {"type": "object", "properties": {"ab": {"maximum": 9}},
                 "patternProperties": {"^a": {"type": "integer"}, "b$": {"minimum": 5}},
                 "additionalProperties": {"type": "null"}}\
                """;
        accepts(schema, "{\"ab\": 5, \"axb\": 10}", "{\"ax\": 1, \"xb\": 5.5, \"x\": null}");
        accepts(schema, "{\"xb\": \"x\", \"a\": 0}");
        rejects(schema, "{\"ab\": 4}", "{\"ab\": 10}", "{\"axb\": 4}", "{\"axb\": 5.5}");
        rejects(schema, "{\"ax\": 1.5}", "{\"xb\": 1}", "{\"x\": 1}");
    }

    @Test
    void namesSatisfyASchema() {
        String schema =
                """
                {"type": "object", "properties": {"long": {}, "no": {}}, "required": ["ok"],
                 "propertyNames": {"maxLength": 2, "not": {"const": "no"}}}\
                """;
        accepts(schema, "{\"ok\": 1, \"é\\\"\": 1}", "{\"ok\": 1, \"\": 1}");
        rejects(schema, "{\"ok\": 1, \"abc\": 1}", "{\"long\": 1, \"ok\": 1}");
        rejects(schema, "{\"no\": 1, \"ok\": 1}");
        String listed = "{\"type\": \"object\", \"propertyNames\": {\"enum\": [\"a\", \"b\", 1]}}";
        accepts(listed, "{}", "{\"b\": 1, \"a\": 1}");
        rejects(listed, "{\"c\": 1}", "{\"a\": 1, \"a\": 1}");
        assertThat(Walk.pushed(Walk.grammar(listed).start(), "{\"a\": 1, \"a")).isFalse();
        accepts("{\"type\": \"object\", \"propertyNames\": false}", "{}");
        rejects("{\"type\": \"object\", \"propertyNames\": false}", "{\"\": 1}");
    }

    @Test
    void undeclaredNamesWithEscapesComeOnce() {
        String schema = "{\"type\": \"object\", \"properties\": {\"\\\"\": {\"type\": \"null\"}}}";
        accepts(schema, "{\"\\\"\": null, \"\\\\\": 1, \"\\\"a\": 2}");
        rejects(schema, "{\"\\\"\": 1}", "{\"\\n\": 1, \"\\n\": 1}", "{\"a\": 1, \"\\\"\": null}");
    }

    @Test
    void someMemberMustDiffer() {
        String schema =
                """
                {"type": "object", "not": {"additionalProperties": {"type": "integer"}}}\
                """;
        accepts(schema, "{\"a\": \"x\"}", "{\"a\": 1, \"b\": null}", "{\"b\": null, \"c\": 1}");
        rejects(schema, "{}", "{\"a\": 1}", "{\"a\": 1, \"b\": 2}");
        assertThat(shortest(schema)).hasSize("{\"\": []}".length());
        String closed =
                """
                {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": false,
                 "not": {"properties": {"a": {}}, "additionalProperties": false}}\
                """;
        accepts(closed, "{\"b\": 1}", "{\"a\": 1, \"b\": 1}");
        rejects(closed, "{}", "{\"a\": 1}");
    }

    @Test
    void someNameMustDiffer() {
        String schema =
                """
                {"type": "object", "not": {"propertyNames": {"pattern": "^x"}},
                 "properties": {"xa": {}, "y": {}}}\
                """;
        accepts(schema, "{\"y\": 1}", "{\"xa\": 1, \"xb\": 1, \"z\": 1}");
        rejects(schema, "{}", "{\"xa\": 1, \"xb\": 1}");
        String matching =
                "{\"type\": \"object\", \"not\": {\"patternProperties\": {\"^x\": {\"type\":"
                        + " \"null\"}}}}";
        accepts(matching, "{\"x\": 1}", "{\"a\": 1, \"x\": null, \"xx\": 1}");
        rejects(matching, "{\"x\": null}", "{\"a\": 1}", "{}");
    }

    @Test
    void oneMemberMaySettleSeveralObligations() {
        String schema =
                """
                {"type": "object", "maxProperties": 1,
                 "allOf": [{"not": {"additionalProperties": {"type": "null"}}},
                           {"not": {"additionalProperties": {"type": "integer"}}}]}\
                """;
        accepts(schema, "{\"a\": \"x\"}");
        rejects(schema, "{\"a\": 1}", "{\"a\": null}", "{\"a\": 1, \"b\": null}", "{}");
        String open = schema.replace("\"maxProperties\": 1,", "");
        accepts(open, "{\"a\": 1, \"b\": null}", "{\"a\": 1, \"b\": 2, \"c\": \"x\"}");
    }

    @Test
    void literalObjectsHaveOpposites() {
        String schema = "{\"type\": \"object\", \"not\": {\"const\": {\"a\": 1, \"b\": [2]}}}";
        accepts(schema, "{}", "{\"a\": 1}", "{\"a\": 1, \"b\": [2], \"c\": 1}");
        accepts(schema, "{\"b\": [], \"a\": 1}", "{\"b\": [3], \"a\": 1}");
        rejects(schema, "{\"a\": 1, \"b\": [2]}");
    }

    @Test
    void membersInAnyOrderComeOnceAndRequiredOnesCome() {
        Grammar grammar =
                GrammarCompiler.compile(
                        """
                        {"type": "object", "properties": {"a": {"type": "integer"}, "ab": {},
                         "c": {"type": "null"}}, "required": ["c", "a"], "maxProperties": 4}\
                        """,
                        GrammarOptions.DEFAULT.with(PropertyOrder.ANY));
        for (String text :
                new String[] {
                    "{\"c\": null, \"a\": 1}",
                    "{\"x\": 1, \"a\": 1, \"ab\": 2, \"c\": null}",
                    "{\"ab\": 1, \"c\": null, \"x\": 1, \"a\": 1}"
                }) {
            assertThat(Walk.accepts(grammar, text)).as(text).isTrue();
        }
        for (String text :
                new String[] {
                    "{\"c\": null}",
                    "{\"c\": null, \"a\": 1, \"c\"",
                    "{\"x\": 1, \"c\": null, \"x\"",
                    "{\"x\": 1, \"y\": 1, \"z"
                }) {
            assertThat(Walk.pushed(grammar.start(), text)).as(text).isFalse();
        }
        assertThat(grammar.minimumBytes()).isEqualTo("{\"a\": 0, \"c\": null}".length());
    }
}
