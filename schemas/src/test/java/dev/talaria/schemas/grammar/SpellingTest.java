package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.util.List;

/// White space between tokens is what the options say, wherever a token comes from.
class SpellingTest {

    private static final String SCHEMA =
            """
            {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}},
             "b": {"const": {"x": [1, {"y": "a , b"}], "z": {}}}}, "required": ["a", "b"],
             "additionalProperties": true}\
            """;

    private static Grammar grammar(String schema, Spelling spelling) {
        return GrammarCompiler.compile(schema, GrammarOptions.DEFAULT.with(spelling));
    }

    @Test
    void aCompactTextHasNoWhiteSpace() {
        Grammar grammar = grammar(SCHEMA, Spelling.COMPACT);

        String compact =
                "{\"a\":[1,2],\"b\":{\"x\":[1,{\"y\":\"a , b\"}],\"z\":{}},\"c\":{\"d\":[]}}";
        assertThat(Walk.accepts(grammar, compact)).isTrue();
        assertThat(Walk.accepts(grammar, compact.replaceFirst(",", ", "))).isFalse();
        assertThat(Walk.accepts(grammar, compact.replaceFirst(":", ": "))).isFalse();
        assertThat(new String(grammar.start().shortestCompletion(), UTF_8))
                .isEqualTo("{\"a\":[],\"b\":{\"x\":[1,{\"y\":\"a , b\"}],\"z\":{}}}");
    }

    @Test
    void aSingleSpaceStandsAfterEverySeparator() {
        Grammar grammar = grammar(SCHEMA, Spelling.SINGLE_SPACE);

        String spaced =
                "{\"a\": [1, 2], \"b\": {\"x\": [1, {\"y\": \"a , b\"}], \"z\": {}}, \"c\": {}}";
        assertThat(Walk.accepts(grammar, spaced)).isTrue();
        for (String other : List.of("1,2", "1,  2", "1 , 2", "1, 2 ", " 1, 2", "1,\n2")) {
            assertThat(Walk.accepts(grammar, spaced.replace("1, 2", other))).as(other).isFalse();
        }
        assertThat(GrammarOptions.DEFAULT.spelling()).isEqualTo(Spelling.SINGLE_SPACE);
    }

    @Test
    void flexibleWhiteSpaceStandsBetweenAnyTwoTokensUpToItsBound() {
        Grammar grammar = grammar(SCHEMA, Spelling.flexible(3));

        String pretty =
                """
                {
                  "a" : [ 1,
                \t2 ] ,"b":{ "x":[1 , {"y" :"a , b"
                }  ] ,\t"z":{ } }  ,
                  "c":[[\t]\t,null\t]
                }\
                """;
        assertThat(Walk.accepts(grammar, pretty)).isTrue();
        for (String place : List.of("a\" ", "[ ", "1,", "2 ", ",\"b", ":[1", ",null", "}  ")) {
            assertThat(pretty).contains(place);
        }
        assertThat(Walk.accepts(grammar, pretty.replace("1,\n", "1,   \n"))).isFalse();
        assertThat(Walk.accepts(grammar, pretty.replace("}  ]", "}    ]"))).isFalse();
        assertThat(Walk.accepts(grammar, pretty.replace("a , b", "a  , b"))).isFalse();
        assertThat(Walk.accepts(grammar, pretty.replace("null", "nu ll"))).isFalse();
        assertThat(Walk.accepts(grammar, " " + pretty)).isFalse();
        assertThat(Walk.accepts(grammar, pretty + " ")).isFalse();
    }

    @Test
    void theShortestTextsAreThoseWithoutOptionalWhiteSpace() {
        Grammar flexible = grammar(SCHEMA, Spelling.flexible(9));
        Grammar compact = grammar(SCHEMA, Spelling.COMPACT);

        assertThat(flexible.minimumBytes()).isEqualTo(compact.minimumBytes());
        assertThat(flexible.start().shortestCompletion())
                .isEqualTo(compact.start().shortestCompletion());
        Recognizer recognizer = flexible.start();
        Walk.pushed(recognizer, "{ \"a\" :\n[");
        assertThat(new String(recognizer.shortestCompletion(), UTF_8))
                .isEqualTo("],\"b\":{\"x\":[1,{\"y\":\"a , b\"}],\"z\":{}}}");
    }

    @Test
    void literalsThatBeginAlikeAreToldApartAfterWhiteSpaceToo() {
        String schema =
                """
                {"enum": [[1], [12], [1, 2], [1, 22], {"a": 1}, {"a": 1, "b": 2}, {"ab": 1},
                 ["\\"", "]"], "x y", 1]}\
                """;
        Grammar grammar = grammar(schema, Spelling.flexible(1));

        for (String text :
                List.of(
                        "[1 ]",
                        "[ 12]",
                        "[1 , 2 ]",
                        "[1,\n22]",
                        "{\"a\" :1 }",
                        "{ \"a\":1 ,\"b\":2}")) {
            assertThat(Walk.accepts(grammar, text)).as(text).isTrue();
        }
        for (String text : List.of("[\"\\\"\" , \"]\" ]", "\"x y\"", "1", "{\"ab\": 1}")) {
            assertThat(Walk.accepts(grammar, text)).as(text).isTrue();
        }
        for (String text :
                List.of("[1 2]", "[1  ]", "[12 , 2]", "{\"a \":1}", "\"x  y\"", "1 ", "{ }")) {
            assertThat(Walk.accepts(grammar, text)).as(text).isFalse();
        }
    }

    @Test
    void elementsAreEqualWhateverTheWhiteSpaceInThem() {
        String schema = "{\"type\": \"array\", \"uniqueItems\": true, \"minItems\": 2}";
        Grammar grammar = grammar(schema, Spelling.flexible(2));

        assertThat(Walk.accepts(grammar, "[[1,2], [2 , 1]]")).isTrue();
        assertThat(Walk.accepts(grammar, "[[1,2], [1, 2]]")).isFalse();
        assertThat(Walk.accepts(grammar, "[{\"a\":1,\"b\":[]}, { \"b\":[ ],\"a\" : 1 }]"))
                .isFalse();
        assertThat(Walk.accepts(grammar, "[1 ,\n1.0]")).isFalse();
        assertThat(Walk.accepts(grammar, "[\" \", \"  \" ]")).isTrue();
    }

    @Test
    void membersOfLiteralsComeInAnyOrderToo() {
        String schema = "{\"enum\": [[{\"a\": 1, \"b\": {\"c\": null, \"d\": \"e\"}}], 3]}";
        for (Spelling spelling : EveryOption.SPELLINGS) {
            String space = spelling.separation();
            String text = "[{\"b\":_{\"d\":_\"e\",_\"c\":_null},_\"a\":_1}]".replace("_", space);
            GrammarOptions options = GrammarOptions.DEFAULT.with(spelling);

            assertThat(Walk.accepts(GrammarCompiler.compile(schema, options), text)).isFalse();
            Grammar anyOrder = GrammarCompiler.compile(schema, options.with(PropertyOrder.ANY));
            assertThat(Walk.accepts(anyOrder, text)).as(text).isTrue();
            assertThat(Walk.accepts(anyOrder, text.replace("1", "2"))).isFalse();
            assertThat(Walk.accepts(anyOrder, "3")).isTrue();
        }
    }

    /// However many orders there are, one is enough to find the next element.
    @Test
    void differentObjectsOfManyMembersAreFoundInAnyOrder() {
        String flag = "{\"type\": \"boolean\"}";
        String schema =
                ("{\"type\": \"array\", \"uniqueItems\": true, \"minItems\": 9, \"items\":"
                     + " {\"type\": \"object\", \"additionalProperties\": false, \"properties\":"
                     + " {\"a\": _, \"b\": _, \"c\": _, \"d\": _, \"e\": _, \"f\": _, \"g\": _},"
                     + " \"required\": [\"g\", \"f\", \"e\", \"d\", \"c\", \"b\", \"a\"]}}")
                        .replace("_", flag);
        for (Spelling spelling : EveryOption.SPELLINGS) {
            GrammarOptions options = GrammarOptions.DEFAULT.with(spelling);
            Grammar inOrder = GrammarCompiler.compile(schema, options);
            Grammar anyOrder = GrammarCompiler.compile(schema, options.with(PropertyOrder.ANY));

            assertThat(anyOrder.minimumBytes()).isEqualTo(inOrder.minimumBytes());
            Recognizer recognizer = anyOrder.start();
            Walk.pushed(recognizer, "[{\"g\":" + spelling.separation() + "true");
            assertThat(recognizer.shortestCompletion()).hasSize(recognizer.minimumBytes());
        }
    }

    @Test
    void aBoundBeyondReasonIsRefused() {
        assertThatThrownBy(() -> Spelling.flexible(65))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65");
        assertThatThrownBy(() -> Spelling.flexible(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBoundOfNothingIsTheCompactSpelling() {
        Grammar grammar = grammar(SCHEMA, Spelling.flexible(0));

        assertThat(grammar.start().shortestCompletion())
                .isEqualTo(grammar(SCHEMA, Spelling.COMPACT).start().shortestCompletion());
        assertThat(Walk.pushed(grammar.start(), "{ ")).isFalse();
    }
}
