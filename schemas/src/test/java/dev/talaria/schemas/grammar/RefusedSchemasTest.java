package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.talaria.schemas.validation.InvalidSchemaException;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class RefusedSchemasTest {

    private static List<SchemaProblem> problems(String schema) {
        return catchThrowableOfType(
                        UnsupportedSchemaException.class, () -> GrammarCompiler.compile(schema))
                .problems();
    }

    @Test
    void everyKeywordThatIsNotEnforcedIsNamedWithItsPlace() {
        assertThat(
                        problems(
                                """
                                {"properties": {"a/b": {"extends": {}}, "c": {"$ref": "#/$defs/d"}},
                                 "divisibleBy": 2,
                                 "$defs": {"d": {"disallow": {"a": ["b"]}}, "unused": {"not": {}}}}\
                                """))
                .extracting(SchemaProblem::keyword, SchemaProblem::pointer)
                .containsExactlyInAnyOrder(
                        tuple("extends", "#/properties/a~1b/extends"),
                        tuple("disallow", "#/$defs/d/disallow"),
                        tuple("divisibleBy", "#/divisibleBy"));
    }

    @Test
    void aSlipOfThePenIsNamed() {
        assertThat(
                        problems(
                                "{\"additonalProperties\": false, \"propertes\": {}, \"Required\":"
                                        + " []}"))
                .extracting(SchemaProblem::keyword)
                .containsExactlyInAnyOrder("additonalProperties", "propertes", "Required");
    }

    @Test
    void annotationsAndExtensionsAreAccepted() {
        assertThatCode(() ->
                        GrammarCompiler.compile(
                                """
                                {"$schema": "https://json-schema.org/draft/2020-12/schema",
                                 "$id": "http://example.com/a", "$comment": "", "title": "",
                                 "description": "", "default": 1, "examples": [],
                                 "deprecated": false, "readOnly": true, "writeOnly": false,
                                 "contentEncoding": "base64", "contentMediaType": "a/b",
                                 "contentSchema": {"not": {}}, "x-foo": 1, "nullable": true,
                                 "format": "int32", "uniqueItems": false, "then": false,
                                 "$defs": {"not-used": {"not": {}}}}\
                                """))
                .doesNotThrowAnyException();
    }

    @Test
    void whatIsNoSchemaIsRefusedWithItsPlace() {
        for (String[] schema :
                new String[][] {
                    {"{\"type\": 7}", "#/type"},
                    {"{\"type\": \"text\"}", "#/type"},
                    {"{\"properties\": {\"a\": 1}}", "#/properties/a"},
                    {"{\"required\": \"a\"}", "#/required"},
                    {"{\"minLength\": -1}", "#/minLength"},
                    {"{\"maxItems\": 1.5}", "#/maxItems"},
                    {"{\"anyOf\": []}", "#/anyOf"},
                    {"{\"enum\": 1}", "#/enum"},
                    {"{\"minimum\": \"1\"}", "#/minimum"},
                    {"{\"items\": [{}]}", "#/items"},
                    {"{\"$ref\": \"#/$defs/absent\"}", "#/$ref"},
                    {"{\"$schema\": \"http://example.com/x\"}", "#/$schema"},
                    {"[]", "#"},
                    {"{\"a\": 1, \"a\": 2}", "line 1"},
                    {"{} {}", "line 1"},
                    {"", "empty"}
                }) {
            assertThatThrownBy(() -> GrammarCompiler.compile(schema[0]))
                    .as(schema[0])
                    .isInstanceOf(InvalidSchemaException.class)
                    .hasMessageContaining(schema[1]);
        }
    }

    @Test
    void aSchemaNothingSatisfiesIsRefusedAtItsPlace() {
        assertThat(
                        problems(
                                """
                                {"type": "object", "required": ["a"], "properties":
                                 {"a": {"type": "array", "minItems": 2, "items":
                                   {"type": "integer", "minimum": 3, "maximum": 2}}}}\
                                """))
                .extracting(SchemaProblem::pointer)
                .containsExactly("#/properties/a/items");
        assertThat(
                        problems(
                                """
                                {"$ref": "#/$defs/a", "$defs": {"a": {"type": "object",
                                 "required": ["a"], "properties": {"a": {"$ref": "#/$defs/a"}}}}}\
                                """))
                .hasSize(1);
    }

    @Test
    void referencesOutOfTheDocumentOrInCirclesAreRefused() {
        assertThat(problems("{\"items\": {\"$ref\": \"http://example.com/x\"}}"))
                .extracting(SchemaProblem::pointer)
                .containsExactly("#/items/$ref");
        assertThat(problems("{\"$ref\": \"#\"}")).hasSize(1);
        assertThat(problems("{\"anyOf\": [{\"$ref\": \"#\"}, {\"type\": \"null\"}]}")).hasSize(1);
        assertThat(
                        problems(
                                """
                                {"enum": [1], "$ref": "#/$defs/a", "$defs": {
                                 "a": {"allOf": [{"$ref": "#/$defs/b"}]},
                                 "b": {"allOf": [{"$ref": "#/$defs/a"}]}}}\
                                """))
                .hasSize(1);
    }

    @Test
    void manyBranchesAreReadSideBySideUpToALimit() {
        StringBuilder branches = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            branches.append(i == 0 ? "" : ",")
                    .append("{\"type\": \"object\", \"required\": [\"k%d\"]}".formatted(i));
        }
        Grammar grammar = Walk.grammar("{\"anyOf\": [" + branches + "]}");

        assertThat(Walk.accepts(grammar, "{\"k255\": {\"k\": [1]}, \"x\": 2}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"k256\": 1}")).isFalse();
        assertThat(problems("{\"anyOf\": [" + branches + ", {\"required\": [\"x\"]}]}")).hasSize(1);
    }

    @Test
    void hostileSchemasAreAnsweredInTime() {
        for (String schema : hostile()) {
            Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(30),
                    () -> answer(schema),
                    () -> schema.substring(0, Math.min(200, schema.length())));
        }
    }

    private static void answer(String schema) {
        try {
            Recognizer recognizer = GrammarCompiler.compile(schema).start();
            assertThat(recognizer.shortestCompletion()).hasSize(recognizer.minimumBytes());
        } catch (InvalidSchemaException | UnsupportedSchemaException typed) {
            assertThat(typed.getMessage()).isNotBlank();
        }
    }

    private static String list(int count, String format) {
        return IntStream.range(0, count)
                .mapToObj(format::formatted)
                .collect(Collectors.joining(", "));
    }

    private static List<String> hostile() {
        StringBuilder names = new StringBuilder("{\"type\": \"object\", \"properties\": {");
        StringBuilder values = new StringBuilder("{\"enum\": [");
        StringBuilder chain = new StringBuilder("{\"$ref\": \"#/$defs/0\", \"$defs\": {");
        StringBuilder laughs = new StringBuilder("{\"$ref\": \"#/$defs/0\", \"$defs\": {");
        StringBuilder nested = new StringBuilder("{\"$ref\": \"#/$defs/0\", \"$defs\": {");
        StringBuilder branches = new StringBuilder("{\"allOf\": [");
        for (int i = 0; i < 65_536; i++) {
            String comma = i == 0 ? "" : ",";
            names.append(comma).append("\"p").append(i).append("\": {\"type\": \"integer\"}");
            values.append(comma).append("\"v").append(i).append("\", ").append(i);
            if (i < 20_000) {
                String next = "{\"$ref\": \"#/$defs/" + (i + 1) + "\"}";
                chain.append(comma).append('"').append(i).append("\": ").append(next);
                nested.append(comma)
                        .append('"')
                        .append(i)
                        .append("\": {\"type\": \"array\",")
                        .append("\"minItems\": 1, \"items\": ")
                        .append(next)
                        .append('}');
            }
            if (i < 40) {
                String next = "{\"$ref\": \"#/$defs/" + (i + 1) + "\"}";
                laughs.append(comma)
                        .append('"')
                        .append(i)
                        .append("\": {\"type\": \"object\",")
                        .append("\"required\": [\"a\", \"b\"], \"properties\": {\"a\": ")
                        .append(next)
                        .append(", \"b\": ")
                        .append(next)
                        .append("}}");
                branches.append(comma)
                        .append("{\"anyOf\": [{\"minimum\": ")
                        .append(i)
                        .append("}, {\"maximum\": ")
                        .append(-i)
                        .append("}]}");
            }
        }
        return List.of(
                "{\"oneOf\": [" + list(64, "{\"required\": [\"k%d\"]}") + "]}",
                "{\"allOf\": [" + list(40, "{\"not\": {\"required\": [\"a%d\", \"b\"]}}") + "]}",
                "{\"dependencies\": {" + list(40, "\"a%1$d\": [\"b%1$d\"]") + "}}",
                "{\"patternProperties\": {" + list(40, "\"a%d\": {\"type\": \"null\"}") + "}}",
                "{\"not\": {\"const\": {" + list(2_000, "\"p%1$d\": %1$d") + "}}}",
                names + "}, \"minProperties\": 3, \"additionalProperties\": false}",
                names + "}, \"maxProperties\": 3}",
                "{\"type\": \"object\", \"minProperties\": 1000000}",
                names + "}}",
                values + "]}",
                chain + ",\"20000\": {\"type\": \"null\"}}}",
                nested + ",\"20000\": {\"type\": \"null\"}}}",
                laughs + ",\"40\": {\"type\": \"null\"}}}",
                branches + "]}",
                "{\"items\": ".repeat(5_000) + "true" + "}".repeat(5_000),
                "{\"items\": ".repeat(100) + "{\"$ref\": \"#\"}" + "}".repeat(100),
                "[".repeat(1_000_000),
                "\"" + "x".repeat(5_000_000) + "\"",
                "{\"type\": \"string\", \"minLength\": 99999999999999999999}",
                "{\"type\": \"array\", \"minItems\": 9999999999, \"items\": {\"minLength\": 9}}",
                "{\"minimum\": 1e400, \"maximum\": 1e399, \"type\": \"number\"}",
                "{\"minimum\": -1" + "0".repeat(390) + ", \"maximum\": 1" + "0".repeat(390) + "}",
                "{\"enum\": [\"\\ud800\"]}",
                "{\"required\": [\"\\udc00\"]}",
                "{\"enum\": [1e999999999]}");
    }
}
