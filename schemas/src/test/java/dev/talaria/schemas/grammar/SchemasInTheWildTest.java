package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What schemas out there are written like: habits of older drafts, of OpenAPI and of other
/// dialects of regular expressions. Each is read as its draft has it, or refused by name.
class SchemasInTheWildTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"components": {"schemas": {"P": {"properties": {"p": {"$ref": "#/components/schemas/P"}}, "type": "object"}}}, "$ref": "#/components/schemas/P"} | {"p": {}} | {"p": 1}
                    {"properties": {"a b%/~": {"type": "string"}, "b": {"$ref": "#/properties/a%20b%25~1~0"}}} | {"b": "x"} | {"b": 1}
                    {"anyOf": [{"type": "string"}, {"items": {"$ref": "#/anyOf/0"}, "type": "array"}]} | ["x"] | [1]
                    {"$schema": "http://json-schema.org/draft-04/schema#", "id": "http://a.b/c", "items": {"$ref": "c#/definitions/n"}, "definitions": {"n": {"type": "null"}}} | [null] | [1]
                    {"$schema": "http://json-schema.org/draft-04/schema#", "definitions": {"a": {"id": "#n", "type": "null"}}, "items": {"$ref": "#n"}} | [null] | [1]
                    {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "urn:uuid:deadbeef-1234-ffff-ffff-4321feebdaed", "items": {"$ref": "#/definitions/n"}, "definitions": {"n": {"type": "null"}}} | [null] | [1]
                    {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/n", "definitions": {"n": {"type": "null"}}, "type": "string"} | null | "a"
                    {"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 5, "exclusiveMinimum": true} | 6 | 5
                    {"properties": {"$ref": {"type": "string"}, "id": {"type": "null"}, "enum": {"const": 1}}} | {"$ref": "#x", "id": null, "enum": 1} | {"$ref": 1}
                    {"type": "string", "format": "ISO 8601", "options": {"a": 1}, "propertyOrder": 3, "nullable": true, "example": []} | "x" | null
                    {"required": [], "type": "object", "minProperties": 1.0} | {"a": 1} | {}
                    {"type": ["string", "null"], "enum": ["a", null, 3]} | null | 3
                    {"additionalItems": false, "items": {"type": "null"}, "$schema": "http://json-schema.org/draft-04/schema#"} | [null, null] | [1]
                    {"discriminator": {"propertyName": "t"}, "oneOf": [{"properties": {"t": {"const": "a"}}, "required": ["t"]}, {"properties": {"t": {"const": "b"}}, "required": ["t"]}]} | {"t": "a"} | {"t": "c"}
                    {"pattern": "^[\\\\w.-]+@[\\\\w-]+\\\\.\\\\w{2,}$"} | "a.b-c@d-e.fr" | "a@b"
                    {"pattern": "^(?!.*\\\\.\\\\.)[a-z.]+$"} | "a.b" | "a..b"
                    {"pattern": "^\\\\/api\\\\/\\\\-\\\\_\\\\#$"} | "/api/-_#" | "/api"
                    {"pattern": "^\\\\p{Lu}\\\\p{L}*$"} | "Éa" | "éa"
                    {"pattern": "^(?<year>\\\\d{4})$"} | "2026" | "26"
                    {"$ref": "http://json-schema.org/draft-04/schema#/definitions/positiveInteger"} | 3 | -1
                    """)
    void eachIsReadAsItsDraftHasIt(String schema, String valid, String invalid) {
        SchemaValidator validator = NetworkntValidator.of(schema);
        Grammar grammar = Walk.grammar(schema);

        assertThat(validator.validate(valid)).isEmpty();
        assertThat(Walk.accepts(grammar, valid)).isTrue();
        assertThat(validator.validate(invalid)).isNotEmpty();
        assertThat(Walk.accepts(grammar, invalid)).isFalse();
    }

    /// A schema for schemas refers to those of the drafts, expressions and all.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://json-schema.org/draft-04/schema#",
                "http://json-schema.org/draft-06/schema#",
                "http://json-schema.org/draft-07/schema#",
                "https://json-schema.org/draft/2019-09/schema",
                "https://json-schema.org/draft/2020-12/schema"
            })
    void theDraftsOwnSchemasCanBeReferredTo(String draft) {
        String schema = "{\"$schema\": \"%1$s\", \"items\": {\"$ref\": \"%1$s\"}}".formatted(draft);
        SchemaValidator validator = NetworkntValidator.of(schema);
        Grammar grammar =
                GrammarCompiler.compile(schema, GrammarOptions.DEFAULT.with(PropertyOrder.ANY));
        for (String value :
                new String[] {
                    "[{\"type\": \"object\", \"properties\": {\"a\": {\"pattern\": \"^a+$\"}}}]",
                    "[{\"items\": {\"type\": [\"string\"]}, \"minLength\": 0}]",
                    "[{\"pattern\": \"(\"}]",
                    "[{\"type\": \"strin\"}]",
                    "[{\"minLength\": -1}]",
                    "[{\"properties\": {\"a\": {\"required\": [\"a\", \"a\"]}}}]",
                    "[3]"
                }) {
            assertThat(Walk.accepts(grammar, value))
                    .as(value)
                    .isEqualTo(validator.validate(value).isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"properties": {"a": {"required": true}}} | #/properties/a/required
                    {"type": "any"} | #/type
                    {"extends": {"type": "object"}} | #/extends
                    {"disallow": "string"} | #/disallow
                    {"divisibleBy": 2} | #/divisibleBy
                    {"$schema": "http://json-schema.org/draft-03/schema#"} | #/$schema
                    {"$schema": "http://json-schema.org/draft-04/schema#", "const": 1} | #/const
                    {"$schema": "http://json-schema.org/draft-07/schema#", "dependentRequired": {}} | #/dependentRequired
                    {"items": {"$ref": "definitions.json#/address"}} | #/items/$ref
                    {"items": {"$ref": "#/definitions/absent"}} | #/items/$ref
                    {"items": {"$ref": "#absent"}} | #/items/$ref
                    {"items": [{"type": "string"}]} | #/items
                    {"pattern": "(?i)abc"} | #/pattern
                    {"pattern": "^a++$"} | #/pattern
                    {"pattern": "(?>a)b"} | #/pattern
                    {"pattern": "^a\\\\Z"} | #/pattern
                    {"pattern": "\\\\Aa"} | #/pattern
                    {"pattern": "^[[:alpha:]]$"} | #/pattern
                    {"pattern": "(?P<n>a)"} | #/pattern
                    {"pattern": "(?<n>a)\\\\k<n>"} | #/pattern
                    {"pattern": "^\\\\Qa.b\\\\E$"} | #/pattern
                    {"patternProperties": {"(a)\\\\1": {}}} | #/patternProperties
                    {"required": "a"} | #/required
                    {"additionalProperties": "false"} | #/additionalProperties
                    {"minItems": "3"} | #/minItems
                    {"enum": []} | #
                    {"requred": ["a"]} | #/requred
                    {"oneof": []} | #/oneof
                    """)
    void whatIsNotEnforcedIsRefusedAtItsPlace(String schema, String place) {
        assertThatThrownBy(() -> Walk.grammar(schema))
                .isInstanceOfAny(UnsupportedSchemaException.class, InvalidSchemaException.class)
                .hasMessageContaining(place);
    }
}
