package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NegationTest {

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
    void everyOtherTypeIsLeft() {
        String schema = "{\"not\": {\"type\": [\"string\", \"object\", \"integer\"]}}";
        accepts(schema, "null", "true", "1.5", "[1]", "-0.1");
        rejects(schema, "\"\"", "{}", "1", "1.0", "0");
    }

    @Test
    void everyOtherLiteralIsLeft() {
        String schema =
                """
                {"not": {"enum": [null, true, 1, 10, "a", "ab", []]},
                 "type": ["null", "boolean", "number", "string", "object", "array"]}\
                """;
        accepts(schema, "false", "0", "2", "1.5", "100", "\"\"", "\"b\"", "\"abc\"", "{}");
        accepts(schema, "[1]", "{\"a\": []}");
        rejects(schema, "null", "true", "1", "1.0", "10", "\"a\"", "\"ab\"", "[]");
    }

    @Test
    void boundsAndMultiplesTurnRound() {
        String between =
                "{\"type\": \"number\", \"not\": {\"minimum\": 1, \"exclusiveMaximum\": 3}}";
        accepts(between, "0.9", "3", "-5", "3.5");
        rejects(between, "1", "2.99", "1.0");
        String odd = "{\"type\": \"integer\", \"not\": {\"multipleOf\": 2}}";
        accepts(odd, "1", "-3", "101");
        rejects(odd, "0", "12", "1.5");
        String fine =
                "{\"type\": \"number\", \"multipleOf\": 0.05, \"not\": {\"multipleOf\": 0.1}}";
        accepts(fine, "0.05", "1.15");
        rejects(fine, "0.1", "1", "0.10", "0.051");
        String digits = "{\"type\": \"number\", \"not\": {\"multipleOf\": 0.5}}";
        accepts(digits, "0.25", "0.50001");
        rejects(digits, "0.5", "0.500", "3");
    }

    @Test
    void lengthsAndPatternsTurnRound() {
        String schema =
                "{\"type\": \"string\", \"not\": {\"minLength\": 2, \"pattern\": \"^a|b$\"}}";
        accepts(schema, "\"\"", "\"a\"", "\"bc\"", "\"\\\"\\\\\"", "\"xyz\"");
        rejects(schema, "\"ab\"", "\"xb\"", "\"ac\"");
    }

    @Test
    void charactersThatReadersDisagreeAboutAreLeftOutOnBothSides() {
        accepts("{\"type\": \"string\", \"not\": {\"pattern\": \"^.$\"}}", "\"\\n\"", "\"ab\"");
        rejects("{\"type\": \"string\", \"not\": {\"pattern\": \"^.$\"}}", "\"\u0085\"", "\"a\"");
        rejects("{\"type\": \"string\", \"not\": {\"pattern\": \"\\\\s\"}}", "\"\u00A0\"", "\" \"");
        rejects("{\"type\": \"string\", \"not\": {\"pattern\": \"\\\\S\"}}", "\"\u00A0\"", "\"a\"");
        rejects("{\"type\": \"string\", \"not\": {\"pattern\": \"[^\\\\s]\"}}", "\"\u00A0\"");
    }

    @Test
    void aPropertyMustBeThereAndDiffer() {
        String schema =
                "{\"type\": \"object\", \"not\": {\"properties\": {\"a\": {\"type\":"
                        + " \"integer\"}}}}";
        accepts(schema, "{\"a\": \"x\"}", "{\"a\": 1.5, \"b\": 1}");
        rejects(schema, "{}", "{\"a\": 1}", "{\"b\": \"x\"}");
    }

    @Test
    void aRequiredNameMustBeAbsent() {
        String schema = "{\"type\": \"object\", \"not\": {\"required\": [\"a\", \"b\"]}}";
        accepts(schema, "{}", "{\"a\": 1}", "{\"b\": 1, \"c\": 2}");
        rejects(schema, "{\"a\": 1, \"b\": 1}", "{\"a\": 1, \"c\": 3, \"b\": 1}");
        String forbidden = "{\"not\": {\"required\": [\"a\"]}}";
        accepts("{\"type\": \"object\", \"not\": {\"not\": " + forbidden + "}}", "{\"b\": 1}");
        rejects(forbidden, "{\"a\": 1}", "1");
    }

    @Test
    void anElementInItsPlaceDiffers() {
        String schema =
                """
                {"type": "array", "not": {"prefixItems": [{"type": "null"}, {"const": 1}],
                                          "minItems": 1}}\
                """;
        accepts(schema, "[]", "[1]", "[null, 2]", "[2, 1]");
        rejects(schema, "[null]", "[null, 1]", "[null, 1, 5]");
    }

    @Test
    void combinationsFollowDeMorgan() {
        String schema =
                """
                {"not": {"anyOf": [{"type": "integer"},
                                   {"allOf": [{"type": "string"}, {"minLength": 2}]},
                                   {"not": {"type": ["string", "number"]}}]}}\
                """;
        accepts(schema, "\"a\"", "\"\"", "0.5");
        rejects(schema, "1", "\"ab\"", "null", "[]");
    }

    @Test
    void theOppositeOfARecursiveSchemaIsRecursive() {
        String schema =
                """
                {"$defs": {"list": {"type": "object", "required": ["next"], "properties":
                   {"next": {"anyOf": [{"$ref": "#/$defs/list"}, {"type": "null"}]}}}},
                 "not": {"$ref": "#/$defs/list"}}\
                """;
        accepts(schema, "1", "{}", "{\"next\": 1}", "{\"next\": {\"next\": {}}}");
        rejects(schema, "{\"next\": null}", "{\"next\": {\"next\": null}}");
    }

    @Test
    void branchesOfOneOfThatOverlapExcludeEachOther() {
        String numbers = "{\"oneOf\": [{\"minimum\": 3}, {\"maximum\": 5}, {\"const\": 4}]}";
        accepts(numbers, "2", "6");
        rejects(numbers, "3", "4", "5", "4.5", "\"x\"");
        String members =
                """
                {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]},
                 {"required": ["c", "d"]}]}\
                """;
        accepts(members, "{\"a\": 1}", "{\"b\": 1, \"c\": 1}", "{\"c\": 1, \"d\": 1}");
        rejects(members, "{}", "{\"a\": 1, \"b\": 1}", "{\"b\": 1, \"c\": 1, \"d\": 1}");
        String opposite = "{\"not\": {\"oneOf\": [{\"minimum\": 3}, {\"maximum\": 5}]}}";
        accepts(opposite, "3", "5", "4.5", "null");
        rejects(opposite, "2", "6");
    }

    @Test
    void aContradictionIsRefused() {
        for (String schema :
                new String[] {
                    "{\"not\": {}}",
                    "{\"not\": {\"type\": \"string\"}, \"minLength\": 1, \"type\": \"string\"}",
                    "{\"oneOf\": [{}, {}]}",
                    "{\"oneOf\": [{\"type\": \"array\"}, {\"type\": \"array\"}]}",
                    "{\"$ref\": \"#/$defs/a\", \"not\": {\"$ref\": \"#/$defs/a\"},"
                            + " \"$defs\": {\"a\": {\"type\": \"object\", \"required\": [\"x\"]}}}"
                }) {
            assertThatThrownBy(() -> Walk.grammar(schema))
                    .as(schema)
                    .isInstanceOf(UnsupportedSchemaException.class)
                    .hasMessageContaining("schema #");
        }
        assertThatThrownBy(() -> Walk.grammar("{\"not\": {\"$ref\": \"#\"}}"))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("applies itself");
    }

    @Test
    void ofAFormatKnownInPartNoStringIsSurelyOutside() {
        String schema = "{\"not\": {\"format\": \"email\", \"type\": \"string\"}}";
        accepts(schema, "null");
        rejects(schema, "\"a@example.com\"", "\"@\"");
    }
}
