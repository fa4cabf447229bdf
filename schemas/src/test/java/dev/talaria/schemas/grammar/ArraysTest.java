package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

import java.util.List;

/// Arrays: their bounds, what their elements are, which are counted, and whether they differ.
class ArraysTest {

    private static List<SchemaProblem> problems(String schema) {
        return catchThrowableOfType(
                        UnsupportedSchemaException.class, () -> GrammarCompiler.compile(schema))
                .problems();
    }

    private static void check(String schema, List<String> valid, List<String> invalid) {
        Grammar grammar = Walk.grammar(schema);
        valid.forEach(value -> assertThat(Walk.accepts(grammar, value)).as(value).isTrue());
        invalid.forEach(value -> assertThat(Walk.accepts(grammar, value)).as(value).isFalse());
    }

    @Test
    void elementsDifferAsValuesAndNotAsTexts() {
        check(
                "{\"type\": \"array\", \"uniqueItems\": true}",
                List.of(
                        "[]",
                        "[1, \"1\", [1], {\"1\": 1}, true, 0, false, null]",
                        "[1, 10, 100]",
                        "[{\"a\": 1}, {\"a\": 2}]",
                        "[[1, 2], [2, 1]]"),
                List.of(
                        "[1, 1]",
                        "[1, 1.0]",
                        "[1.50, 1.5]",
                        "[[1.0], [1]]",
                        "[\"\\n\", \"\\n\"]",
                        "[{\"a\": 1, \"b\": 2}, {\"b\": 2, \"a\": 1}]",
                        "[{\"x\": {\"a\": [], \"b\": 2}}, {\"x\": {\"b\": 2.0, \"a\": []}}]"));
    }

    @Test
    void prefixesThatCanOnlyRepeatAreCut() {
        Recognizer recognizer =
                Walk.grammar(
                                "{\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"enum\":"
                                        + " [\"alpha\", \"alps\", \"beta\"]}}")
                        .start();
        assertThat(Walk.pushed(recognizer, "[\"alpha\", \"alp")).isTrue();
        assertThat(Walk.continuations(recognizer)).containsExactly((int) 's');
        assertThat(Walk.pushed(recognizer, "s\", \"")).isTrue();
        assertThat(Walk.continuations(recognizer)).containsExactly((int) 'b');
        assertThat(Walk.pushed(recognizer, "beta\"")).isTrue();
        assertThat(Walk.continuations(recognizer)).containsExactly((int) ']');
    }

    @Test
    void objectsThatCanOnlyRepeatAreCutToo() {
        Recognizer recognizer =
                Walk.grammar(
                                """
                                {"type": "array", "uniqueItems": true, "items": {"type": "object",
                                 "properties": {"a": {"type": "boolean"}}, "required": ["a"],
                                 "additionalProperties": false}}\
                                """)
                        .start();
        assertThat(Walk.pushed(recognizer, "[{\"a\": true}, {\"a\": ")).isTrue();
        assertThat(Walk.continuations(recognizer)).containsExactly((int) 'f');
        assertThat(Walk.pushed(recognizer, "false}")).isTrue();
        assertThat(Walk.continuations(recognizer)).containsExactly((int) ']');
    }

    @Test
    void moreDifferentElementsThanThereAreValuesCannotBe() {
        for (String items :
                List.of(
                        "{\"enum\": [1, 1.0, \"a\"]}",
                        "{\"type\": \"boolean\"}",
                        "{\"type\": \"integer\", \"minimum\": 3, \"maximum\": 4}",
                        "{\"type\": \"string\", \"pattern\": \"^[ab]$\"}",
                        "{\"type\": \"array\", \"items\": {\"const\": 1}, \"maxItems\": 1}")) {
            String schema =
                    "{\"type\": \"array\", \"uniqueItems\": true, \"minItems\": %d, \"items\": "
                            + items
                            + "}";
            assertThat(problems(schema.formatted(3)))
                    .extracting(SchemaProblem::reason)
                    .containsExactly("no value of less than 1 MiB satisfies it");
            assertThat(Walk.grammar(schema.formatted(2)).minimumBytes()).isGreaterThan(4);
        }
    }

    @Test
    void theShortestArrayHasTheShortestDifferentElements() {
        Grammar grammar =
                Walk.grammar(
                        "{\"type\": \"array\", \"uniqueItems\": true, \"minItems\": 12, \"items\":"
                                + " {\"type\": \"integer\", \"minimum\": 0}}");
        // Ten digits, then two numbers of two.
        assertThat(grammar.minimumBytes()).isEqualTo(2 + 10 + 2 * 2 + 11 * 2);
    }

    @Test
    void boundsOfAMillionCostNothing() {
        Grammar grammar =
                Walk.grammar(
                        "{\"type\": \"array\", \"minItems\": 10, \"maxItems\": 1000000,"
                                + " \"contains\": {\"type\": \"null\"}, \"minContains\": 5,"
                                + " \"maxContains\": 900000}");
        assertThat(grammar.minimumBytes()).isEqualTo(2 + 5 * 4 + 5 + 9 * 2);
        Recognizer recognizer = grammar.start();
        assertThat(Walk.pushed(recognizer, "[" + "null, ".repeat(20_000))).isTrue();
        assertThat(recognizer.minimumBytes()).isEqualTo(2);
    }

    @Test
    void containedElementsAreCountedBothWays() {
        check(
                "{\"type\": \"array\", \"contains\": {\"type\": \"integer\", \"multipleOf\": 2},"
                        + " \"minContains\": 2, \"maxContains\": 3}",
                List.of("[2, 4]", "[1, 2, \"a\", 4, 6]"),
                List.of("[]", "[2]", "[2, 4, 6, 8]", "[1, 3]"));
        check(
                "{\"type\": \"array\", \"contains\": {\"const\": 1}, \"minContains\": 0,"
                        + " \"maxContains\": 1}",
                List.of("[]", "[1]", "[2, 1, 2]"),
                List.of("[1, 1]", "[1, 2, 1.0]"));
        check(
                "{\"type\": \"array\", \"contains\": {\"const\": 1}, \"allOf\": [{\"contains\":"
                        + " {\"type\": \"string\"}}], \"maxItems\": 2}",
                List.of("[1, \"a\"]", "[\"\", 1]"),
                List.of("[1]", "[1, 1]", "[\"a\", \"b\"]", "[2, 1, \"a\"]"));
    }

    @Test
    void anElementThatLeavesNoRoomForTheContainedIsCut() {
        Recognizer recognizer =
                Walk.grammar(
                                "{\"type\": \"array\", \"maxItems\": 2, \"items\": {\"enum\":"
                                        + " [\"x\", \"y\"]}, \"contains\": {\"const\": \"y\"}}")
                        .start();
        assertThat(Walk.pushed(recognizer, "[\"x\", \"")).isTrue();
        assertThat(Walk.continuations(recognizer)).containsExactly((int) 'y');
    }

    @Test
    void containsCountsOnlySinceTheDraftsThatSaySo() {
        String schema =
                "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"array\","
                        + " \"contains\": {\"const\": 1}, \"maxContains\": 1}";
        assertThat(Walk.accepts(Walk.grammar(schema), "[1, 1]")).isTrue();
    }

    @Test
    void elementsNoSchemaSpeaksOfAreUnevaluated() {
        check(
                """
                {"type": "array", "prefixItems": [true], "unevaluatedItems": {"type": "null"},
                 "anyOf": [{"prefixItems": [true, {"const": 2}]}, {"prefixItems": [true, true,
                   {"const": 3}]}, true]}\
                """,
                List.of(
                        "[]",
                        "[1, 2]",
                        "[1, 5]",
                        "[1, 5, 3]",
                        "[1, 2, 3, null]",
                        "[1, null, null]"),
                List.of("[1, 5, 4]", "[1, 2, 4]", "[1, 2, null, 0]"));
        check(
                "{\"type\": \"array\", \"contains\": {\"type\": \"string\"}, \"unevaluatedItems\":"
                        + " {\"type\": \"integer\"}}",
                List.of("[\"a\"]", "[1, \"a\", 2]"),
                List.of("[]", "[1]", "[\"a\", null]"));
        check(
                "{\"$schema\": \"https://json-schema.org/draft/2019-09/schema\", \"type\":"
                        + " \"array\", \"contains\": {\"type\": \"string\"}, \"unevaluatedItems\":"
                        + " {\"type\": [\"integer\", \"string\"]}}",
                List.of("[\"a\", 1]"),
                List.of("[1]", "[\"a\", null]"));
        check(
                "{\"type\": \"array\", \"allOf\": [{\"items\": true}], \"unevaluatedItems\":"
                        + " false}",
                List.of("[]", "[1, 2]"),
                List.of("{}"));
    }

    @Test
    void contradictoryBoundsAreRefused() {
        assertThat(problems("{\"type\": \"array\", \"minItems\": 3, \"maxItems\": 2}")).hasSize(1);
        assertThat(
                        problems(
                                "{\"type\": \"array\", \"contains\": {}, \"minContains\": 3,"
                                        + " \"maxItems\": 2}"))
                .hasSize(1);
        assertThat(
                        problems(
                                "{\"type\": \"array\", \"contains\": {\"const\": 1},"
                                        + " \"minContains\": 3, \"maxContains\": 2}"))
                .hasSize(1);
        assertThat(
                        problems(
                                "{\"type\": \"array\", \"contains\": {\"const\": 1},"
                                        + " \"uniqueItems\": true, \"minContains\": 2}"))
                .hasSize(1);
    }

    @Test
    void literalsAreJudgedByTheKeywordsOfArrays() {
        check(
                "{\"enum\": [[1, 1.0], [1, 2], [2, 3, 4]], \"uniqueItems\": true, \"contains\":"
                        + " {\"const\": 1}}",
                List.of("[1, 2]"),
                List.of("[1, 1]", "[1, 1.0]", "[2, 3, 4]"));
        check(
                "{\"enum\": [[1], [1, 2], [1, \"a\"]], \"prefixItems\": [true],"
                        + " \"unevaluatedItems\": {\"type\": \"string\"}}",
                List.of("[1]", "[1, \"a\"]"),
                List.of("[1, 2]"));
    }

    @Test
    void recursiveArraysOfDifferentElementsHaveAShortestOne() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"$ref": "#/$defs/t", "$defs": {"t": {"type": "array", "uniqueItems": true,
                         "minItems": 2, "items": {"anyOf": [{"enum": [1, 22]}, {"$ref": "#/$defs/t"}]}}}}\
                        """);
        assertThat(grammar.minimumBytes()).isEqualTo("[1, 22]".length());
        assertThat(Walk.accepts(grammar, "[1, [1, 22]]")).isTrue();
        assertThat(Walk.accepts(grammar, "[[1, 22], [1, 22]]")).isFalse();
    }
}
