package dev.talaria.eval.bfcl;

import static dev.talaria.eval.bfcl.Questions.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each rule for an argument, with values it takes and values it refuses.
class ArgumentRulesTest {

    private static final String RIGHT = "";

    /// What is found of `value` for a parameter of a schema, where these values are allowed.
    private static String found(String schema, String allowed, String value) {
        BfclItem item =
                Questions.item(
                        "simple",
                        "[{'name':'f','description':'','parameters':{'type':'dict','properties':{'p':%s},'required':[]}}]"
                                .formatted(schema),
                        "[{'f':{'p':%s}}]".formatted(allowed));
        return Questions.published(item, call("f", "{'p':" + value + "}")).orElse(RIGHT);
    }

    private static String type(String name) {
        return "{'type':'" + name + "'}";
    }

    private static String listOf(String name) {
        return "{'type':'array','items':{'type':'%s'}}".formatted(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "integer | 5      | ``",
                "integer | 6      | wrong-value",
                "integer | 5.0    | wrong-type",
                "integer | '5'    | wrong-type",
                "integer | true   | wrong-type",
                "boolean | true   | wrong-value",
                "any     | 5      | ``",
                "any     | 5.0    | wrong-type",
            })
    void aWholeNumberIsToldFromOthers(String type, String value, String finding) {
        assertThat(found(type(type), "[5]", value)).isEqualTo(finding);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5.0  | ``",
                "5    | ``",
                "5.25 | wrong-value",
                "'5'  | wrong-type",
                "true | wrong-type",
            })
    void aWholeNumberIsAFloatAsWell(String value, String finding) {
        assertThat(found(type("float"), "[5.0]", value)).isEqualTo(finding);
    }

    @Test
    void aTruthValueIsToldFromANumber() {
        assertThat(found(type("boolean"), "[true]", "true")).isEqualTo(RIGHT);
        assertThat(found(type("boolean"), "[true]", "false")).isEqualTo("wrong-value");
        assertThat(found(type("boolean"), "[true]", "1")).isEqualTo("wrong-type");
        assertThat(found(type("boolean"), "[true]", "'true'")).isEqualTo("wrong-type");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "April 1, 2024 | ``",
                "april 1 2024  | ``",
                "April-1/2024  | ``",
                "APRIL_1.2024  | ``",
                "*April^1 2024 | ``",
                "April 1; 2024 | wrong-value",
                "April 1 (2024)| wrong-value",
                "April 2, 2024 | wrong-value",
            })
    void spacesSomePunctuationAndCaseOfStringsDoNotCount(String value, String finding) {
        assertThat(found(type("string"), "['April 1, 2024']", "'" + value + "'"))
                .isEqualTo(finding);
    }

    @Test
    void aSingleQuoteIsADoubleOne() {
        BfclItem item =
                Questions.item(
                        "simple",
                        "[{'name':'f','parameters':{'properties':{'p':{'type':'string'}}}}]",
                        "[{'f':{'p':['say \\u0022a\\u0022']}}]");
        assertThat(Questions.published(item, call("f", "{'p':'say \\u0027a\\u0027'}"))).isEmpty();
        assertThat(Questions.published(item, call("f", "{'p':'say `a`'}"))).contains("wrong-value");
    }

    @Test
    void anyOfTheAllowedValuesDoes() {
        assertThat(found(type("string"), "['NYC','New York']", "'new york'")).isEqualTo(RIGHT);
        assertThat(found(type("string"), "['NYC','New York']", "'Boston'"))
                .isEqualTo("wrong-value");
    }

    @Test
    void theMarkOfAnOptionalParameterIsAlsoAnEmptyString() {
        assertThat(found(type("string"), "['a','']", "''")).isEqualTo(RIGHT);
        assertThat(found(type("string"), "['a']", "''")).isEqualTo("wrong-value");
        assertThat(found(type("integer"), "['',3]", "3")).isEqualTo(RIGHT);
        assertThat(found(type("integer"), "['',3]", "''")).isEqualTo("wrong-type");
    }

    @Test
    void theNameOfAVariableMustBeTheSameToTheLetter() {
        // A number is described, and the right answer is the name of something that has one.
        assertThat(found(type("integer"), "['userAge']", "'userAge'")).isEqualTo(RIGHT);
        assertThat(found(type("integer"), "['userAge']", "'userage'")).isEqualTo("wrong-value");
        assertThat(found(type("integer"), "['userAge']", "30")).isEqualTo("wrong-value");
        assertThat(found(type("integer"), "['userAge']", "30.5")).isEqualTo("wrong-type");
    }

    @Test
    void aListMustHaveTheSameValuesInTheirOrder() {
        assertThat(found(listOf("string"), "[['New York','Rome']]", "['new york','ROME']"))
                .isEqualTo(RIGHT);
        assertThat(found(listOf("string"), "[['New York','Rome']]", "['Rome','New York']"))
                .isEqualTo("wrong-value");
        assertThat(found(listOf("string"), "[['New York','Rome'],['Rome']]", "['Rome']"))
                .isEqualTo(RIGHT);
        assertThat(found(listOf("string"), "[['New York','Rome']]", "['Rome']"))
                .isEqualTo("wrong-value");
        assertThat(found(listOf("string"), "[['Rome']]", "'Rome'")).isEqualTo("wrong-type");
    }

    @Test
    void valuesInsideAListHaveTheirType() {
        assertThat(found(listOf("integer"), "[[1,2]]", "[1,2]")).isEqualTo(RIGHT);
        assertThat(found(listOf("integer"), "[[1,2]]", "[1,2.0]")).isEqualTo("wrong-inner-type");
        assertThat(found(listOf("integer"), "[[1,2]]", "['1','2']")).isEqualTo("wrong-inner-type");
        // Whole numbers are no floats in here, unless the right ones are whole, too.
        assertThat(found(listOf("float"), "[[1.0,2.0]]", "[1,2]")).isEqualTo("wrong-inner-type");
        assertThat(found(listOf("float"), "[[1,2]]", "[1,2]")).isEqualTo(RIGHT);
        assertThat(found(listOf("float"), "[[1,2]]", "[1.0,2]")).isEqualTo(RIGHT);
    }

    @Test
    void aListThatMayBeLeftOutMayBeEmpty() {
        assertThat(found(listOf("string"), "[['a'],'']", "[]")).isEqualTo(RIGHT);
        assertThat(found(listOf("string"), "[['a']]", "[]")).isEqualTo("wrong-value");
        // With the mark among the allowed lists, what is inside is compared but has no type.
        assertThat(found(listOf("string"), "[['a'],'']", "[5]")).isEqualTo("wrong-value");
        assertThat(found(listOf("string"), "[['a']]", "[5]")).isEqualTo("wrong-inner-type");
    }

    @Test
    void stringsDeeperInAListAreComparedToTheLetter() {
        assertThat(found(listOf("array"), "[[['A b'],['c']]]", "[['A b'],['c']]")).isEqualTo(RIGHT);
        assertThat(found(listOf("array"), "[[['A b'],['c']]]", "[['a b'],['c']]"))
                .isEqualTo("wrong-value");
    }

    @Test
    void aTupleIsWrittenAsAList() {
        String tuple = "{'type':'tuple','items':{'type':'float'}}";
        assertThat(found(tuple, "[[1.5,2.5]]", "[1.5,2.5]")).isEqualTo(RIGHT);
        assertThat(found(tuple, "[[1.5,2.5]]", "[2.5,1.5]")).isEqualTo("wrong-value");
        BfclItem item =
                Questions.item(
                        "simple",
                        "[{'name':'f','parameters':{'properties':{'p':%s}}}]".formatted(tuple),
                        "[{'f':{'p':[[1.5,2.5]]}}]");
        String literal = "<tool_call>{'name': 'f', 'arguments': {'p': (1.5, 2.5)}}</tool_call>";
        assertThat(Questions.published(item, literal)).isEmpty();
        BfclItem list =
                Questions.item(
                        "simple",
                        "[{'name':'f','parameters':{'properties':{'p':%s}}}]"
                                .formatted(listOf("float")),
                        "[{'f':{'p':[[1.5,2.5]]}}]");
        assertThat(Questions.published(list, literal)).contains("wrong-type");
    }

    @Test
    void membersOfADictAreComparedOneByOne() {
        String dict = "{'type':'dict','properties':{}}";
        String allowed = "[{'city':['New York','NYC'],'zip':[10001],'state':['NY','']}]";
        assertThat(found(dict, allowed, "{'city':'new york','zip':10001,'state':'ny'}"))
                .isEqualTo(RIGHT);
        assertThat(found(dict, allowed, "{'zip':10001,'city':'NYC'}")).isEqualTo(RIGHT);
        assertThat(found(dict, allowed, "{'city':'NYC'}")).isEqualTo("wrong-value");
        assertThat(found(dict, allowed, "{'city':'Rome','zip':10001}")).isEqualTo("wrong-value");
        assertThat(found(dict, allowed, "{'city':'NYC','zip':10001,'country':'US'}"))
                .isEqualTo("wrong-value");
        assertThat(found(dict, allowed, "'NYC'")).isEqualTo("wrong-type");
    }

    @Test
    void anyOfSeveralDictsDoesAndTheMarkOfAnOptionalOneIsNone() {
        String dict = "{'type':'dict'}";
        String allowed = "['',{'a':[1]},{'b':[2]}]";
        assertThat(found(dict, allowed, "{'b':2}")).isEqualTo(RIGHT);
        assertThat(found(dict, allowed, "{'b':1}")).isEqualTo("wrong-value");
        assertThat(found(dict, "['',{'a':[1]}]", "{}")).isEqualTo("wrong-value");
        assertThat(found(dict, "[{'a':[1,'']}]", "{}")).isEqualTo(RIGHT);
    }

    @Test
    void dictsInAListAreComparedInTheirOrder() {
        String list = listOf("dict");
        String allowed = "[[{'n':['A b']},{'n':['c']}]]";
        assertThat(found(list, allowed, "[{'n':'a B'},{'n':'C'}]")).isEqualTo(RIGHT);
        assertThat(found(list, allowed, "[{'n':'c'},{'n':'a b'}]")).isEqualTo("wrong-value");
        assertThat(found(list, allowed, "[{'n':'a b'}]")).isEqualTo("wrong-value");
        assertThat(found(list, allowed, "['a b','c']")).isEqualTo("wrong-inner-type");
        assertThat(found(list, "[[{'n':['a']}],[{'n':['b']}]]", "[{'n':'b'}]")).isEqualTo(RIGHT);
    }

    @Test
    void aMissingTypeIsAString() {
        assertThat(found("{}", "['a']", "'A'")).isEqualTo(RIGHT);
        assertThat(found("{}", "['a']", "1")).isEqualTo("wrong-type");
    }
}
