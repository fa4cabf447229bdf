package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.validation.InvalidSchemaException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Schemas made to take long: each is enforced or refused by name, within bounded work.
///
/// The limit of a test is there to end one that would never end by itself.
@Timeout(120)
class AdversarialSchemasTest {

    private static String list(int count, String format) {
        return IntStream.range(0, count)
                .mapToObj(i -> format.replace("%", Integer.toString(i)))
                .collect(Collectors.joining(", "));
    }

    private static Grammar enforced(String schema) {
        Grammar grammar = Walk.grammar(schema);
        assertThat(grammar.start().shortestCompletion()).hasSize(grammar.minimumBytes());
        return grammar;
    }

    private static void refused(String schema, String part) {
        assertThatThrownBy(() -> Walk.grammar(schema))
                .isInstanceOfAny(UnsupportedSchemaException.class, InvalidSchemaException.class)
                .hasMessageContaining(part);
    }

    @Test
    void anEnumOfAHundredThousand() {
        Grammar grammar = enforced("{\"enum\": [" + list(100_000, "\"v%\"") + "]}");

        assertThat(Walk.accepts(grammar, "\"v99999\"")).isTrue();
        assertThat(Walk.accepts(grammar, "\"v100000\"")).isFalse();
    }

    @Test
    void aMillionCharactersOfAPattern() {
        Grammar grammar =
                enforced(
                        "{\"type\": \"string\", \"maxLength\": 1000000, \"pattern\":"
                                + " \"^[a-z]+$\"}");

        assertThat(Walk.accepts(grammar, '"' + "a".repeat(1_000_000) + '"')).isTrue();
        assertThat(Walk.accepts(grammar, '"' + "a".repeat(1_000_001) + '"')).isFalse();
    }

    @Test
    void anExpressionThatHasExponentiallyManyStates() {
        refused("{\"type\": \"string\", \"pattern\": \"(a|b)*a(a|b){20}\"}", "#/pattern");
    }

    @Test
    void repetitionsOfRepetitions() {
        refused("{\"type\": \"string\", \"pattern\": \"(x{1,1000}){1,1000}\"}", "#/pattern");
    }

    @Test
    void lookaheadsThatMultiply() {
        String words = "abcdefgh".replaceAll("(.)", "(?=.*$1)");
        String schema = "{\"type\": \"string\", \"pattern\": \"^%s.{%s}$\"}";

        refused(schema.formatted(words, "8,64"), "need more than 200000 states");
        Grammar fewer = enforced(schema.formatted(words.substring(0, 28), "8,32"));
        assertThat(Walk.accepts(fewer, "\"d c b a ..\"")).isTrue();
        assertThat(Walk.accepts(fewer, "\"d c b ....\"")).isFalse();
    }

    @Test
    void patternsOfNamesThatOverlapInEveryWay() {
        String object = "{\"type\": \"object\", \"patternProperties\": {%s}}";
        Grammar grammar = enforced(object.formatted(list(6, "\"x%y\": {\"minimum\": %}")));

        assertThat(Walk.accepts(grammar, "{\"x1y-x4y\": 4, \"x2y\": 2, \"z\": 0}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"x1y-x4y\": 3}")).isFalse();
        refused(
                object.formatted(list(8, "\"x%y\": {\"minimum\": %}")),
                "more than 64 combinations");
    }

    @Test
    void sixtyFiveThousandOptionalProperties() {
        String properties = list(65_536, "\"p%\": {\"type\": \"integer\"}");
        String object = "{\"type\": \"object\", \"properties\": {" + properties + "}";

        assertThat(Walk.accepts(enforced(object + "}"), "{\"p5\": 1, \"p65535\": 2}")).isTrue();
        Grammar counted =
                enforced(object + ", \"minProperties\": 3, \"additionalProperties\": false}");
        assertThat(Walk.accepts(counted, "{\"p5\": 1, \"p77\": 2, \"p65535\": 3}")).isTrue();
        assertThat(Walk.accepts(counted, "{\"p5\": 1, \"p65535\": 3}")).isFalse();
    }

    @Test
    void thousandsOfRequiredMembers() {
        String names = list(20_000, "\"k%\"");
        Grammar inOrder = enforced("{\"type\": \"object\", \"required\": [" + names + "]}");

        assertThat(inOrder.minimumBytes()).isGreaterThan(20_000 * 10);
        GrammarOptions anyOrder = GrammarOptions.DEFAULT.with(PropertyOrder.ANY);
        String fewer = "{\"type\": \"object\", \"required\": [" + list(1_000, "\"k%\"") + "]}";
        Grammar any = GrammarCompiler.compile(fewer, anyOrder);
        assertThat(any.start().shortestCompletion()).hasSize(any.minimumBytes());
        assertThatThrownBy(() ->
                        GrammarCompiler.compile(
                                "{\"type\": \"object\", \"required\": [" + names + "]}", anyOrder))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("schema's order");
    }

    @Test
    void aTupleOfFiftyThousand() {
        String items = list(50_000, "{\"type\": \"integer\"}");
        Grammar grammar =
                enforced(
                        "{\"type\": \"array\", \"minItems\": 50000, \"prefixItems\": ["
                                + items
                                + "]}");

        assertThat(grammar.minimumBytes()).isEqualTo(1 + 3 * 50_000 - 1);
    }

    @Test
    void aBillionLaughs() {
        String levels =
                list(
                        30,
                        "\"a%\": {\"allOf\": [{\"$ref\": \"#/$defs/b%\"}, {\"$ref\":"
                                + " \"#/$defs/b%\"}]}, \"b%\": {\"$ref\": \"#/$defs/n%\"}");
        for (int i = 0; i < 30; i++) {
            levels = levels.replace("n" + i + "\"", "a" + (i + 1) + "\"");
        }
        Grammar grammar =
                enforced(
                        "{\"$ref\": \"#/$defs/a0\", \"$defs\": {"
                                + levels
                                + ", \"a30\": {\"type\": \"null\"}}}");

        assertThat(Walk.accepts(grammar, "null")).isTrue();
        assertThat(Walk.accepts(grammar, "1")).isFalse();
    }

    @Test
    void sixtyFourBranchesThatOverlap() {
        Grammar grammar = enforced("{\"oneOf\": [" + list(64, "{\"required\": [\"k%\"]}") + "]}");

        assertThat(Walk.accepts(grammar, "{\"k7\": 1, \"x\": 1}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"k7\": 1, \"k8\": 1}")).isFalse();
        String bounds = list(64, "{\"minimum\": %}");
        Grammar numbers = enforced("{\"type\": \"number\", \"oneOf\": [" + bounds + "]}");
        assertThat(Walk.accepts(numbers, "0.5")).isTrue();
        assertThat(Walk.accepts(numbers, "1")).isFalse();
    }

    @Test
    void sixtyFourBranchesThatAConstantTellsApart() {
        String branches =
                list(
                        64,
                        "{\"properties\": {\"t\": {\"const\": \"v%\"}, \"x%\": {\"type\":"
                                + " \"integer\"}}, \"required\": [\"t\"]}");
        Grammar grammar = enforced("{\"type\": \"object\", \"oneOf\": [" + branches + "]}");

        assertThat(Walk.accepts(grammar, "{\"t\": \"v7\", \"x7\": 1}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"t\": \"v7\", \"x7\": null}")).isFalse();
    }

    @Test
    void fortyConditionsOnOneMember() {
        String cases =
                list(
                        40,
                        "{\"if\": {\"properties\": {\"t\": {\"const\": \"v%\"}}}, \"then\":"
                                + " {\"required\": [\"x%\"]}}");
        Grammar grammar =
                enforced(
                        "{\"type\": \"object\", \"required\": [\"t\"], \"properties\": {\"t\":"
                                + " {\"type\": \"string\"}}, \"allOf\": ["
                                + cases
                                + "]}");

        assertThat(Walk.accepts(grammar, "{\"t\": \"v7\", \"x7\": 1}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"t\": \"v7\"}")).isFalse();
        assertThat(Walk.accepts(grammar, "{\"t\": \"v\"}")).isTrue();
    }

    @Test
    void hundredsOfMembersThatNeedAnother() {
        String needs = list(300, "\"a%\": [\"b%\"]");
        Grammar grammar =
                enforced("{\"type\": \"object\", \"dependentRequired\": {" + needs + "}}");

        assertThat(Walk.accepts(grammar, "{\"a1\": 1, \"b1\": 1, \"b7\": 2}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"a1\": 1, \"b7\": 2}")).isFalse();
        assertThat(Walk.accepts(grammar, "{}")).isTrue();
    }

    @Test
    void fiveThousandLevels() {
        refused("{\"items\": ".repeat(5_000) + "true" + "}".repeat(5_000), "nest");
        Recognizer recognizer =
                enforced("{\"type\": \"array\", \"items\": {\"$ref\": \"#\"}}").start();
        assertThat(Walk.pushed(recognizer, "[".repeat(5_000) + "]".repeat(5_000))).isTrue();
        assertThat(recognizer.isComplete()).isTrue();
    }

    @Test
    void aReferenceToItself() {
        refused("{\"$ref\": \"#\"}", "applies itself");
        refused("{\"not\": {\"$ref\": \"#\"}}", "applies itself");
    }

    @Test
    void towersOfNot() {
        String even = "{\"not\": ".repeat(100) + "{\"type\": \"string\"}" + "}".repeat(100);
        String odd = "{\"not\": ".repeat(99) + "{\"type\": \"string\"}" + "}".repeat(99);

        assertThat(Walk.accepts(enforced(even), "\"a\"")).isTrue();
        assertThat(Walk.accepts(enforced(even), "1")).isFalse();
        assertThat(Walk.accepts(enforced(odd), "\"a\"")).isFalse();
        assertThat(Walk.accepts(enforced(odd), "1")).isTrue();
    }

    @Test
    void boundsThatContradict() {
        refused("{\"type\": \"integer\", \"minimum\": 5, \"maximum\": 3}", "no value");
        refused("{\"type\": \"array\", \"minItems\": 3, \"maxItems\": 2}", "no value");
        refused("{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 2}", "no value");
        refused("{\"type\": \"object\", \"required\": [\"a\"], \"maxProperties\": 0}", "no value");
    }

    /// Like FHIR's: hundreds of types that refer to each other, each with dozens of members.
    @Test
    void fourMegabytesOfTypesThatReferToEachOther() {
        StringBuilder types = new StringBuilder();
        for (int type = 0; type < 550; type++) {
            StringBuilder own = new StringBuilder();
            for (int i = 0; i < 60; i++) {
                own.append(own.isEmpty() ? "" : ", ")
                        .append("\"m" + i + "\": {\"description\": \"The part of it that is")
                        .append(" called m" + i + ".\", \"type\": \"array\", \"items\": {\"$ref\":")
                        .append(" \"#/definitions/t" + (type * 31 + i * 7) % 550 + "\"}}");
            }
            types.append(type == 0 ? "" : ", ")
                    .append("\"t" + type + "\": {\"type\": \"object\", \"additionalProperties\":")
                    .append(" false, \"properties\": {\"resourceType\": {\"const\": \"t" + type)
                    .append(
                            "\"}, \"id\": {\"type\": \"string\", \"pattern\":"
                                    + " \"^[A-Za-z0-9-]{1,64}$\"}, ")
                    .append(own)
                    .append("}, \"required\": [\"resourceType\"]}");
        }
        String schema =
                "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"oneOf\": ["
                        + list(150, "{\"$ref\": \"#/definitions/t%\"}")
                        + "], \"definitions\": {"
                        + types
                        + "}}";
        assertThat(schema.length()).isBetween(3_500_000, 4 << 20);
        Grammar grammar = enforced(schema);

        assertThat(Walk.accepts(grammar, "{\"resourceType\": \"t7\", \"id\": \"a-1\"}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"resourceType\": \"t7\", \"id\": \"\"}")).isFalse();
        assertThat(Walk.accepts(grammar, "{\"resourceType\": \"t170\"}")).isFalse();
    }

    @Test
    void keysOfEveryKind() {
        String schema =
                """
                {"type": "object", "additionalProperties": false,
                 "required": ["é", "日本", "a\\"b\\\\c\\n\\u0001", "", "😀"],
                 "properties": {"é": {"const": 1}, "日本": {"const": 2},
                   "a\\"b\\\\c\\n\\u0001": {"const": 3}, "": {"const": 4}, "😀": {"const": 5}}}\
                """;
        String value = "{\"é\": 1, \"日本\": 2, \"a\\\"b\\\\c\\n\\u0001\": 3, \"\": 4, \"😀\": 5}";

        assertThat(enforced(schema).start().shortestCompletion())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(value);
    }

    @Test
    void referencesThatNeedEscapes() {
        Grammar grammar =
                enforced(
                        "{\"$ref\": \"#/$defs/a~1b%25c~0d\", \"$defs\": {\"a/b%c~d\": {\"type\":"
                                + " \"null\"}}}");

        assertThat(Walk.accepts(grammar, "null")).isTrue();
    }

    @Test
    void loneSurrogates() {
        refused("{\"enum\": [\"\\ud800\"]}", "surrogate");
        refused("{\"required\": [\"\\udc00\"]}", "surrogate");
        refused("{\"properties\": {\"\\udc00\": true}}", "surrogate");
    }
}
