package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.SchemaSource;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/// What references mean: by pointer, by identifier, by anchor, and dynamically.
class ReferencesTest {

    private static List<SchemaProblem> problems(String schema) {
        return catchThrowableOfType(
                        UnsupportedSchemaException.class, () -> GrammarCompiler.compile(schema))
                .problems();
    }

    @Test
    void anIdentifierChangesWhatReferencesAreRelativeTo() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"$id": "http://example.com/a/root.json",
                         "properties": {"x": {"$ref": "b/inner.json#/$defs/t"},
                                        "y": {"$ref": "b/other.json"}},
                         "$defs": {"i": {"$id": "b/inner.json", "$defs": {"t": {"$ref": "#u"},
                                           "u": {"$anchor": "u", "type": "integer"}}},
                                   "o": {"$id": "b/", "$defs": {
                                           "p": {"$id": "other.json", "type": "null"}}}}}\
                        """);

        assertThat(Walk.accepts(grammar, "{\"x\": 7, \"y\": null}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"x\": \"7\"}")).isFalse();
        assertThat(Walk.accepts(grammar, "{\"y\": 7}")).isFalse();
    }

    @Test
    void draft04NamesSchemasByIdAndOlderDraftsAnchorsByAFragment() {
        for (String[] draft :
                new String[][] {{"draft-04", "id"}, {"draft-06", "$id"}, {"draft-07", "$id"}}) {
            Grammar grammar =
                    Walk.grammar(
                            """
                            {"$schema": "http://json-schema.org/%s/schema#", "%s": "http://x.org/r",
                             "items": {"$ref": "#here"}, "type": "array", "definitions": {
                               "a": {"%s": "#here", "type": "string"}}}\
                            """
                                    .formatted(draft[0], draft[1], draft[1]));

            assertThat(Walk.accepts(grammar, "[\"a\"]")).as(draft[0]).isTrue();
            assertThat(Walk.accepts(grammar, "[1]")).as(draft[0]).isFalse();
        }
    }

    @Test
    void upToDraft07WhatIsBesideAReferenceIsNotReadAndLaterItIs() {
        String schema =
                "{\"$schema\": \"%s\", \"items\": {\"$ref\": \"#/definitions/s\", \"maxLength\":"
                    + " 2}, \"type\": \"array\", \"definitions\": {\"s\": {\"type\": \"string\"}}}";

        Grammar older = Walk.grammar(schema.formatted("http://json-schema.org/draft-07/schema#"));
        Grammar newer =
                Walk.grammar(schema.formatted("https://json-schema.org/draft/2019-09/schema"));
        assertThat(Walk.accepts(older, "[\"abc\"]")).isTrue();
        assertThat(Walk.accepts(newer, "[\"abc\"]")).isFalse();
        assertThat(Walk.accepts(newer, "[\"ab\"]")).isTrue();
    }

    @Test
    void anIdentifierBesideAnOldReferenceIsNotRead() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://x/base/",
                         "definitions": {"foo": {"$id": "http://x/base/foo", "type": "string"},
                           "bar": {"$id": "http://x/other/", "definitions": {
                              "foo": {"$id": "http://x/other/foo", "type": "number"}}}},
                         "properties": {"a": {"$id": "http://x/other/", "$ref": "foo"}}}\
                        """);

        assertThat(Walk.accepts(grammar, "{\"a\": \"text\"}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"a\": 1}")).isFalse();
    }

    @Test
    void aDynamicReferenceMeansTheOutermostAnchorOnItsWay() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"$id": "http://x/main", "properties": {
                           "n": {"$ref": "numbers"}, "s": {"$ref": "strings"}, "l": {"$ref": "list"}},
                         "$defs": {
                           "list": {"$id": "list", "type": "array", "items": {"$dynamicRef": "#item"},
                             "$defs": {"d": {"$dynamicAnchor": "item"}}},
                           "numbers": {"$id": "numbers", "$ref": "list",
                             "$defs": {"i": {"$dynamicAnchor": "item", "type": "number"}}},
                           "strings": {"$id": "strings", "$ref": "list",
                             "$defs": {"i": {"$dynamicAnchor": "item", "type": "string"}}}}}\
                        """);

        assertThat(Walk.accepts(grammar, "{\"n\": [1], \"s\": [\"1\"], \"l\": [1, \"1\"]}"))
                .isTrue();
        assertThat(Walk.accepts(grammar, "{\"n\": [\"1\"]}")).isFalse();
        assertThat(Walk.accepts(grammar, "{\"s\": [1]}")).isFalse();
    }

    @Test
    void aRecursiveReferenceMeansTheOutermostResourceThatAllowsIt() {
        String schema =
                """
                {"$schema": "https://json-schema.org/draft/2019-09/schema", "$id": "http://x/strict",
                 "$recursiveAnchor": %s, "$ref": "tree", "required": ["data"],
                 "$defs": {"tree": {"$id": "tree", "$recursiveAnchor": true, "type": "object",
                   "properties": {"data": true, "child": {"$recursiveRef": "#"}}}}}\
                """;

        Grammar strict = Walk.grammar(schema.formatted("true"));
        Grammar loose = Walk.grammar(schema.formatted("false"));
        assertThat(Walk.accepts(strict, "{\"data\": 1, \"child\": {\"data\": 2}}")).isTrue();
        assertThat(Walk.accepts(strict, "{\"data\": 1, \"child\": {}}")).isFalse();
        assertThat(Walk.accepts(loose, "{\"data\": 1, \"child\": {}}")).isTrue();
        assertThat(Walk.accepts(loose, "{}")).isFalse();
    }

    @Test
    void whatLooksLikeASchemaInsideAValueIsAValue() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"properties": {"a": {"const": {"$ref": "http://nowhere.example/x"}},
                                        "b": {"$ref": "http://x/real"}},
                         "$defs": {"e": {"enum": [{"$id": "http://x/real", "type": "null"}]},
                                   "r": {"$id": "http://x/real", "type": "string"}}}\
                        """);

        assertThat(
                        Walk.accepts(
                                grammar,
                                "{\"a\": {\"$ref\": \"http://nowhere.example/x\"}, \"b\": \"\"}"))
                .isTrue();
        assertThat(Walk.accepts(grammar, "{\"b\": null}")).isFalse();
        assertThat(problems("{\"$ref\": \"#/enum/0\", \"enum\": [{\"type\": \"null\"}]}"))
                .extracting(SchemaProblem::pointer)
                .containsExactly("#/$ref");
    }

    @Test
    void schemasBelowUnknownNamesAreFoundUnlessTheyNameThemselves() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"$ref": "#/components/schemas/a", "components": {"schemas": {
                           "a": {"type": "array", "items": {"$ref": "#/components/schemas/b"}},
                           "b": {"type": "boolean"}}}}\
                        """);

        assertThat(Walk.accepts(grammar, "[true]")).isTrue();
        assertThat(Walk.accepts(grammar, "[1]")).isFalse();
        assertThat(
                        problems(
                                "{\"$ref\": \"#/components/a\", \"components\": {\"a\": {\"items\":"
                                        + " {\"$id\": \"http://x/b\", \"$ref\": \"#\"}}}}"))
                .hasSize(1);
    }

    @Test
    void pointersLeadIntoEmbeddedResources() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"$ref": "#/$defs/e/$defs/list", "$defs": {
                           "i": {"type": "null"},
                           "e": {"$id": "http://x/e", "$defs": {
                              "i": {"type": "integer"},
                              "list": {"type": "array", "items": {"$ref": "#/$defs/i"}}}}}}\
                        """);

        assertThat(Walk.accepts(grammar, "[1]")).isTrue();
        assertThat(Walk.accepts(grammar, "[null]")).isFalse();
    }

    @Test
    void referencesOutOfTheDocumentAreAnsweredByTheSourceAndNeverFetched() {
        SchemaSource source =
                SchemaSource.of(
                        Map.of(
                                "http://x/item",
                                "{\"$schema\": \"http://json-schema.org/draft-04/schema#\","
                                        + " \"type\": \"integer\", \"minimum\": 3,"
                                        + " \"exclusiveMinimum\": true, \"definitions\": {\"t\":"
                                        + " {\"id\": \"#t\", \"type\": \"boolean\"}}}",
                                "http://x/broken",
                                "{\"type\": \"text\"}"));
        String schema =
                "{\"$id\": \"http://x/root\", \"prefixItems\": [{\"$ref\": \"item\"}, {\"$ref\":"
                        + " \"item#t\"}, {\"$ref\": \"/%s\"}], \"type\": \"array\"}";

        Grammar grammar = GrammarCompiler.compile(schema.formatted("root"), source);
        assertThat(Walk.accepts(grammar, "[4, true, []]")).isTrue();
        assertThat(Walk.accepts(grammar, "[3]")).isFalse();
        assertThat(Walk.accepts(grammar, "[4, 1]")).isFalse();
        assertThatThrownBy(() -> GrammarCompiler.compile(schema.formatted("absent"), source))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("#/prefixItems/2/$ref")
                .hasMessageContaining("register a schema of that URI");
        assertThatThrownBy(() -> GrammarCompiler.compile(schema.formatted("broken"), source))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("http://x/broken#/type");
    }

    @Test
    void theMetaSchemasOfAllDraftsAreKnown() {
        for (String uri :
                List.of(
                        "http://json-schema.org/draft-04/schema#/definitions/positiveInteger",
                        "http://json-schema.org/draft-06/schema#/definitions/nonNegativeInteger",
                        "http://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger",
                        "https://json-schema.org/draft/2019-09/meta/validation#/$defs/nonNegativeInteger",
                        "https://json-schema.org/draft/2020-12/meta/validation#/$defs/nonNegativeInteger")) {
            Grammar grammar = Walk.grammar("{\"$ref\": \"" + uri + "\"}");

            assertThat(Walk.accepts(grammar, "3")).as(uri).isTrue();
            assertThat(Walk.accepts(grammar, "-3")).as(uri).isFalse();
        }
    }

    @Test
    void aNameThatSeveralSchemasHaveMeansNone() {
        assertThat(
                        problems(
                                "{\"$ref\": \"http://x/a\", \"$defs\": {\"b\": {\"$id\":"
                                        + " \"http://x/a\"}, \"c\": {\"$id\": \"http://x/a\"}}}"))
                .extracting(SchemaProblem::reason)
                .containsExactly("several schemas call themselves 'http://x/a'");
    }

    @Test
    void vocabulariesNobodyKnowsAreRefusedWhereTheyAreRequired() {
        SchemaSource source =
                SchemaSource.of(
                        Map.of(
                                "http://x/meta",
                                """
                                {"$schema": "https://json-schema.org/draft/2020-12/schema",
                                 "$vocabulary": {
                                   "https://json-schema.org/draft/2020-12/vocab/core": true,
                                   "https://json-schema.org/draft/2020-12/vocab/applicator": true,
                                   "http://x/vocabulary": false}}\
                                """,
                                "http://x/strange",
                                """
                                {"$schema": "https://json-schema.org/draft/2020-12/schema",
                                 "$vocabulary": {
                                   "https://json-schema.org/draft/2020-12/vocab/core": true,
                                   "http://x/vocabulary": true}}\
                                """));

        Grammar withoutValidation =
                GrammarCompiler.compile(
                        "{\"$schema\": \"http://x/meta\", \"properties\": {\"a\": {\"minimum\":"
                                + " 5}, \"b\": false}}",
                        source);
        assertThat(Walk.accepts(withoutValidation, "{\"a\": 1}")).isTrue();
        assertThat(Walk.accepts(withoutValidation, "{\"b\": 1}")).isFalse();
        assertThatThrownBy(() ->
                        GrammarCompiler.compile("{\"$schema\": \"http://x/strange\"}", source))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("http://x/vocabulary");
    }

    @Test
    void referencesThatConsumeNothingInACircleAreRefused() {
        assertThat(problems("{\"$dynamicRef\": \"#\"}")).hasSize(1);
        assertThat(
                        problems(
                                "{\"$id\": \"http://x/a\", \"$ref\": \"b\", \"$defs\": {\"b\":"
                                        + " {\"$id\": \"b\", \"$ref\": \"a\"}}}"))
                .hasSize(1);
    }
}
