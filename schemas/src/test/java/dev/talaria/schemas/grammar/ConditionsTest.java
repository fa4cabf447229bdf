package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// `if`, `then`, `else`, dependencies, and what counts as evaluated.
class ConditionsTest {

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
    void thenHoldsWhereTheConditionDoesAndElseWhereNot() {
        String schema =
                """
                {"type": "object", "properties": {"country": {"type": "string"},
                   "zip": {"type": "string"}}, "required": ["country"],
                 "if": {"properties": {"country": {"const": "US"}}},
                 "then": {"properties": {"zip": {"pattern": "^[0-9]{5}$"}}, "required": ["zip"]},
                 "else": {"properties": {"zip": {"minLength": 6}}}}\
                """;
        accepts(schema, "{\"country\": \"US\", \"zip\": \"12345\"}", "{\"country\": \"USA\"}");
        accepts(schema, "{\"country\": \"U\", \"zip\": \"123456\"}");
        rejects(schema, "{\"country\": \"US\", \"zip\": \"123456\"}", "{\"country\": \"US\"}");
        rejects(schema, "{\"country\": \"DE\", \"zip\": \"12345\"}");
    }

    @Test
    void oneCaseAloneLeavesTheOtherFree() {
        String then = "{\"if\": {\"type\": \"integer\"}, \"then\": {\"minimum\": 5}}";
        accepts(then, "5", "4.5", "\"x\"");
        rejects(then, "4");
        String otherwise = "{\"if\": {\"type\": \"integer\"}, \"else\": {\"type\": \"null\"}}";
        accepts(otherwise, "4", "null");
        rejects(otherwise, "4.5", "\"x\"");
        accepts("{\"if\": false}", "1");
        accepts("{\"then\": false, \"else\": false}", "1");
    }

    @Test
    void theOppositeOfACondition() {
        String schema =
                """
                {"type": "integer",
                 "not": {"if": {"minimum": 5}, "then": {"maximum": 9}, "else": {"minimum": 0}}}\
                """;
        accepts(schema, "10", "-1");
        rejects(schema, "5", "9", "0", "4");
    }

    @Test
    void aMemberNeedsOthers() {
        for (String keyword : new String[] {"dependentRequired", "dependencies"}) {
            String schema =
                    "{\"type\": \"object\", \"%s\": {\"a\": [\"b\", \"c\"]}}".formatted(keyword);
            accepts(schema, "{}", "{\"b\": 1}", "{\"a\": 1, \"b\": 1, \"c\": 1, \"d\": 1}");
            rejects(schema, "{\"a\": 1}", "{\"a\": 1, \"b\": 1}");
        }
    }

    @Test
    void aMemberNeedsASchema() {
        String schema =
                """
                {"type": "object", "properties": {"n": {}, "card": {}},
                 "dependentSchemas": {"card": {"properties": {"n": {"type": "integer"}},
                                               "required": ["n"]}, "x": false}}\
                """;
        accepts(schema, "{\"n\": \"a\"}", "{\"n\": 1, \"card\": 2}", "{\"n\": \"a\", \"y\": 1}");
        rejects(schema, "{\"n\": \"a\", \"card\": 2}", "{\"card\": 2}", "{\"x\": 1}");
        accepts(
                "{\"$schema\": \"http://json-schema.org/draft-04/schema#\", \"type\": \"object\","
                        + " \"dependencies\": {\"a\": {\"minProperties\": 2}}}",
                "{\"a\": 1, \"b\": 1}",
                "{\"b\": 1}");
    }

    @Test
    void membersNobodySpokeOfAreUnevaluated() {
        String schema =
                """
                {"type": "object", "properties": {"a": {}},
                 "allOf": [{"patternProperties": {"^x": {"type": "integer"}}}],
                 "anyOf": [{"properties": {"b": {"type": "integer"}}, "required": ["b"]},
                           {"properties": {"c": {"type": "integer"}}, "required": ["c"]}],
                 "unevaluatedProperties": {"type": "null"}}\
                """;
        accepts(schema, "{\"a\": 1, \"b\": 1, \"x1\": 2}", "{\"a\": 1, \"c\": 1, \"z\": null}");
        accepts(schema, "{\"b\": 1, \"c\": 1}", "{\"c\": 1, \"b\": null}");
        rejects(schema, "{\"a\": 1}", "{\"b\": 1, \"c\": \"x\"}", "{\"b\": 1, \"z\": 1}");
    }

    @Test
    void whatIsExcludedIsNotEvaluated() {
        String schema =
                """
                {"type": "object", "properties": {"k": {}}, "unevaluatedProperties": false,
                 "not": {"required": ["b"], "properties": {"a": {}}},
                 "if": {"required": ["k"], "properties": {"t": {}}},
                 "else": {"properties": {"e": {}}}}\
                """;
        accepts(schema, "{}", "{\"k\": 1}", "{\"k\": 1, \"t\": 1}", "{\"e\": 1}");
        rejects(schema, "{\"a\": 1}", "{\"t\": 1}", "{\"k\": 1, \"e\": 1}");
    }

    @Test
    void additionalPropertiesEvaluateAll() {
        String schema =
                """
                {"type": "object", "unevaluatedProperties": false,
                 "allOf": [{"$ref": "#/$defs/open"}],
                 "$defs": {"open": {"additionalProperties": {"type": "integer"}}}}\
                """;
        accepts(schema, "{\"a\": 1}");
        rejects(schema, "{\"a\": \"x\"}");
    }

    @Test
    void theOppositeOfUnevaluatedIsRefused() {
        assertThatThrownBy(() -> Walk.grammar("{\"not\": {\"unevaluatedProperties\": false}}"))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("#/not/unevaluatedProperties");
    }
}
