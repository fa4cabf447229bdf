package dev.talaria.schemas.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.catalog.Compatibility.Broken;
import dev.talaria.schemas.catalog.Compatibility.Kept;
import dev.talaria.schemas.catalog.Compatibility.Undecided;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.SchemaSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

/// Pairs of an earlier and a new version, and whether readers of the earlier one are kept.
class CompatibilityTest {

    private static final SchemaReference EARLIER = new SchemaReference("it", 1);

    private static Compatibility verdict(String earlier, String now) {
        return Compatibility.of(now, EARLIER, earlier, SchemaSource.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {} | {"type": "string"}
                    {"type": ["string", "null"]} | {"type": "string"}
                    {"type": "number"} | {"type": "integer"}
                    {"type": "number", "minimum": 0} | {"type": "integer", "exclusiveMinimum": 0, "maximum": 9}
                    {"multipleOf": 0.5} | {"type": "integer"}
                    {"type": "number", "multipleOf": 0.01} | {"type": "number", "multipleOf": 0.25}
                    {"type": "string", "maxLength": 9} | {"type": "string", "minLength": 1, "maxLength": 5}
                    {"type": "string"} | {"type": "string", "format": "date"}
                    {"type": "string", "format": "date"} | {"type": "string", "format": "date", "maxLength": 10}
                    {"type": "string", "pattern": "^[a-z]*$"} | {"type": "string", "pattern": "^[abc]+$"}
                    {"type": "string"} | {"enum": ["a", "b"]}
                    {"enum": ["a", "b", "c"]} | {"enum": ["c", "a"]}
                    {"enum": [1, true, null]} | {"const": 1.0}
                    {"enum": [null, true, false]} | {"type": ["null", "boolean"]}
                    {"type": "array", "items": {"type": "number"}} | {"type": "array", "items": {"type": "integer"}, "minItems": 1}
                    {"type": "array", "uniqueItems": true} | {"type": "array", "maxItems": 1}
                    {"items": {"type": "string"}} | {"type": "array", "prefixItems": [{"type": "string"}], "items": false}
                    {"type": "array", "contains": {"type": "number"}} | {"type": "array", "contains": {"type": "integer"}, "minContains": 2}
                    {"properties": {"a": {"type": "number"}}} | {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
                    {"required": ["a"]} | {"type": "object", "required": ["b", "a"]}
                    {"properties": {"a": {}}, "additionalProperties": false} | {"type": "object", "additionalProperties": false}
                    {"additionalProperties": {"type": "number"}} | {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "number", "minimum": 0}}
                    {"patternProperties": {"^x-": {"type": "string"}}} | {"type": "object", "additionalProperties": {"type": "string", "maxLength": 3}}
                    {"patternProperties": {"^x-": {"type": "string"}}} | {"type": "object", "properties": {"a": {}}, "additionalProperties": false}
                    {"propertyNames": {"maxLength": 3}} | {"type": "object", "properties": {"abc": {}}, "additionalProperties": false}
                    {"minProperties": 1} | {"type": "object", "required": ["a"]}
                    {"dependentRequired": {"a": ["b"]}} | {"type": "object", "required": ["b"]}
                    {"anyOf": [{"type": "string"}, {"type": "number"}]} | {"type": ["integer", "string"]}
                    {"type": ["integer", "string"]} | {"anyOf": [{"type": "string"}, {"type": "integer"}]}
                    {"oneOf": [{"type": "string"}, {"type": "null"}]} | {"type": "null"}
                    {"not": {"type": "null"}} | {"type": "string"}
                    {"if": {"properties": {"k": {"const": 1}}, "required": ["k"]}, "then": {"required": ["a"]}} | {"type": "object", "required": ["a"]}
                    {"allOf": [{"type": "string"}, {"maxLength": 3}]} | {"type": "string", "maxLength": 2}
                    {"type": "string", "maxLength": 3} | {"allOf": [{"type": "string"}, {"maxLength": 2}]}
                    {"unevaluatedProperties": false, "properties": {"a": {}}} | {"title": "t", "unevaluatedProperties": false, "properties": {"a": {"description": "d"}}}
                    {"properties": {"p": {"not": {"const": 7}, "title": "a"}}} | {"type": "object", "properties": {"p": {"not": {"const": 7}}}}
                    {"properties": {"a": {"type": "number"}}} | {"type": "object", "properties": {"a": false}}
                    """)
    void aNewVersionThatAllowsNothingMoreIsKept(String earlier, String now) {
        assertThat(verdict(earlier, now)).isInstanceOf(Kept.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"type": "string"} | {}
                    {"type": "string"} | {"type": ["string", "null"]}
                    {"type": "integer"} | {"type": "number"}
                    {"type": "number", "minimum": 0} | {"type": "number"}
                    {"type": "number", "exclusiveMinimum": 0} | {"type": "number", "minimum": 0}
                    {"type": "integer", "multipleOf": 4} | {"type": "integer", "multipleOf": 2}
                    {"type": "string", "maxLength": 5} | {"type": "string", "maxLength": 6}
                    {"type": "string", "format": "date"} | {"type": "string"}
                    {"type": "string", "pattern": "^[abc]+$"} | {"type": "string", "pattern": "^[a-z]*$"}
                    {"enum": ["a", "b"]} | {"enum": ["a", "b", "c"]}
                    {"enum": ["a", "b"]} | {"type": "string"}
                    {"enum": [true]} | {"type": "boolean"}
                    {"type": "array", "items": {"type": "integer"}} | {"type": "array", "items": {"type": "number"}}
                    {"type": "array", "minItems": 1} | {"type": "array"}
                    {"type": "array", "maxItems": 3} | {"type": "array"}
                    {"type": "array", "contains": {"type": "integer"}} | {"type": "array", "minItems": 1}
                    {"type": "object", "required": ["a"]} | {"type": "object"}
                    {"type": "object", "properties": {"a": {"type": "integer"}}} | {"type": "object"}
                    {"type": "object", "properties": {"a": {}}, "additionalProperties": false} | {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": false}
                    {"type": "object", "additionalProperties": false} | {"type": "object"}
                    {"type": "object", "patternProperties": {"^x-": {"type": "string"}}} | {"type": "object"}
                    {"type": "object", "propertyNames": {"maxLength": 3}} | {"type": "object"}
                    {"type": "object", "dependentRequired": {"a": ["b"]}} | {"type": "object"}
                    {"type": "object", "maxProperties": 1} | {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": false}
                    {"anyOf": [{"type": "string"}, {"type": "integer"}]} | {"type": ["number", "string"]}
                    {"oneOf": [{"type": "integer"}, {"minimum": 3}]} | {"type": "integer"}
                    {"type": "integer", "not": {"const": 7}} | {"type": "integer"}
                    {"type": "object", "if": {"required": ["k"]}, "then": {"required": ["a"]}} | {"type": "object"}
                    """)
    void aNewVersionThatAllowsMoreComesWithAValueThatBreaksReaders(String earlier, String now) {
        Compatibility verdict = verdict(earlier, now);

        assertThat(verdict).isInstanceOf(Broken.class);
        assertThat(verdict.explanation()).contains("it@1").contains("#");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"type": "array", "uniqueItems": true} | {"type": "array", "maxItems": 2}
                    {"type": "object", "properties": {"a": {"type": "string"}}, "unevaluatedProperties": false} | {"type": "object", "properties": {"a": {"type": "string"}}}
                    {"$schema": "http://json-schema.org/draft-04/schema#", "type": "integer"} | {"type": "integer"}
                    """)
    void whatIsNotProvenIsNotKept(String earlier, String now) {
        assertThat(verdict(earlier, now)).isInstanceOf(Undecided.class);
    }

    @Test
    void whatCannotBeDecidedIsNotKeptAndSaysWhere() {
        Compatibility verdict =
                verdict(
                        "{\"type\": \"string\", \"pattern\": \"^(a|b)\\\\1$\"}",
                        "{\"const\": \"aa\"}");

        assertThat(verdict).isInstanceOf(Undecided.class);
        assertThat(verdict.keepsReaders()).isFalse();
        assertThat(verdict.explanation()).contains("#/pattern");
    }

    @Test
    void aRecursiveSchemaMayBecomeNarrower() {
        String tree =
                """
                {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "required": ["name"],
                "properties": {"name": {"type": "string"%s}, "children": {"type": "array",
                "items": {"$ref": "#/$defs/node"}}}}}}
                """;
        String wide = tree.formatted("");
        String narrow = tree.formatted(", \"maxLength\": 9");

        assertThat(verdict(wide, narrow)).isInstanceOf(Kept.class);
        assertThat(verdict(narrow, wide)).isInstanceOf(Broken.class);
    }

    @Test
    void aRecursiveSchemaWithoutAnEndProvesNothingByItself() {
        String endless =
                """
                {"type": "object", "required": ["a"], "additionalProperties": false,
                "properties": {"a": {"anyOf": [{"$ref": "#"}, {"type": "%s"}]}}}
                """;

        assertThat(verdict(endless.formatted("string"), endless.formatted("integer")))
                .isInstanceOf(Broken.class);
    }

    @Test
    void whatBothReferToIsPartOfThem() {
        SchemaSource addresses =
                SchemaSource.of(
                        Map.of(
                                "address@1", "{\"properties\": {\"zip\": {\"type\": \"string\"}}}",
                                "address@2", "{\"properties\": {\"zip\": {\"type\": \"null\"}}}"));
        String one = "{\"type\": \"object\", \"properties\": {\"to\": {\"$ref\": \"address@1\"}}}";
        String two = one.replace("@1", "@2");

        assertThat(Compatibility.of(one, EARLIER, one, addresses)).isInstanceOf(Kept.class);
        assertThat(Compatibility.of(two, EARLIER, one, addresses)).isInstanceOf(Broken.class);
    }
}
