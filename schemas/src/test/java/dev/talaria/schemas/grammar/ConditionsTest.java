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

    @Test
    void whatASchemaEvaluatesCountsThoughTheSchemaAppliesAnyway() {
        String condition =
                """
                {"$ref": "#/$defs/d", "anyOf": [{"$ref": "#/$defs/d", "unevaluatedProperties": false}],
                 "$defs": {"d": {"if": {"patternProperties": {"^b": {"maxProperties": 2}}}}}}\
                """;
        accepts(condition, "{\"b\": {}}", "{}", "1");
        rejects(condition, "{\"a\": {}}");
        String deeper =
                """
                {"allOf": [{"$ref": "#/$defs/d"},
                           {"$ref": "#/$defs/d", "unevaluatedProperties": false}],
                 "$defs": {"d": {"allOf": [{"$ref": "#/$defs/e"}]},
                           "e": {"anyOf": [{"properties": {"a": true}, "required": ["a"]},
                                           {"properties": {"b": true}}]}}}\
                """;
        accepts(deeper, "{\"a\": 1, \"b\": 2}", "{\"b\": 1}", "{\"a\": 1}", "{}");
        rejects(deeper, "{\"c\": 1}");
    }

    @Test
    void manyCasesOfOneMemberAreToldApart() {
        String schema =
                """
                {"type": "object", "required": ["kind"], "allOf": [
                   {"if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["xa"]}},
                   {"if": {"properties": {"kind": {"const": "b"}}}, "then": {"required": ["xb"]}},
                   {"if": {"properties": {"kind": {"enum": ["b", "c"]}}},
                    "then": {"required": ["xc"]}}]}\
                """;
        accepts(schema, "{\"kind\": \"a\", \"xa\": 1}", "{\"kind\": \"d\"}");
        accepts(schema, "{\"kind\": \"b\", \"xb\": 1, \"xc\": 1}", "{\"kind\": \"c\", \"xc\": 1}");
        rejects(schema, "{\"kind\": \"b\", \"xb\": 1}", "{\"kind\": \"a\"}", "{\"xa\": 1}");
    }

    @Test
    void membersThatNeedOthersComeInAnyOrder() {
        String chain =
                """
                {"type": "object", "properties": {"c": true, "a": true, "b": true},
                 "dependentRequired": {"a": ["b"], "b": ["c"]}, "maxProperties": 3}\
                """;
        accepts(chain, "{\"c\": 1, \"a\": 1, \"b\": 1}", "{\"c\": 1, \"b\": 1}", "{\"x\": 1}");
        rejects(chain, "{\"a\": 1, \"b\": 1}", "{\"b\": 1}", "{\"c\": 1, \"a\": 1}");
        String counted = "{\"dependentRequired\": {\"a\": [\"b\"]}, \"minProperties\": 2}";
        accepts(counted, "{\"a\": 1, \"b\": 1}", "{\"b\": 1, \"c\": 1}");
        rejects(counted, "{\"a\": 1, \"c\": 1}", "{\"b\": 1}");
        String needed = "{\"required\": [\"a\"], \"dependentRequired\": {\"a\": [\"b\"]}}";
        accepts(needed, "{\"a\": 1, \"b\": 1}");
        rejects(needed, "{\"a\": 1}");
    }
}
