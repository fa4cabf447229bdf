package dev.talaria.eval.functioncalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class PublishedRulesTest {

    private static final DatasetRow ANY =
            Rows.ofTool("{}", "[]", "[{\"name\": \"f\", \"arguments\": {\"a\": 1}}]");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"f\", \"arguments\": {\"a\": 1}}",
                "{'arguments': {'a': 1}, 'name': 'f',}",
                "{\"name\": \"f\", \"arguments\": {\"a\": 1.0, \"b\": [NaN]}}",
                "{'name': 'f', 'arguments': {'a': True}}",
                "{'name': 'f', 'arguments': {'a': 2, 'a': 1}, 'id': 7}",
            })
    void theSameValuesPassAndMoreArgumentsToo(String block) {
        assertThat(verdict(ANY, block)).isEqualTo(Verdict.PASSED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{'name': 'f', 'arguments': {'a': 2}} ~ wrong-value",
                "{'name': 'f', 'arguments': {'a': '1'}} ~ wrong-value",
                "{'name': 'f', 'arguments': {}} ~ absent-argument",
                "{'name': 'g', 'arguments': {'a': 1}} ~ unknown-function",
                "{'name': 'f'} ~ invalid-call",
                "{'name': 'f', 'arguments': None} ~ invalid-call",
                "{'name': 'f', 'arguments': '{\"a\": 1}'} ~ invalid-call",
                "{'name': 'f', 'arguments': [('a', 1)]} ~ invalid-call",
                "{'name': 1, 'arguments': {'a': 1}} ~ invalid-call",
                "{'arguments': {'a': 1}} ~ invalid-call",
                "[{'name': 'f', 'arguments': {'a': 1}}] ~ invalid-call",
                "{'name': 'f', 'arguments': {'a': 1}}, ~ invalid-call",
                "'f' ~ invalid-call",
                "null ~ invalid-call",
                "f(a=1) ~ unreadable-call",
                "{'name': 'f', 'arguments': {[]: 1}} ~ unreadable-call",
            })
    void aCallFailsForItsReason(String block, String kind) {
        Assessment assessment = Rows.judge(Rows.LENIENT, ANY, block).published();
        assertThat(assessment.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(assessment.reasons())
                .filteredOn(it -> !it.isRemark())
                .extracting(Reason::kind)
                .containsExactly(kind);
    }

    @Test
    void anExpectedArgumentMayHoldATag() {
        DatasetRow row =
                Rows.ofTool(
                        "{}", "[]", "[{\"name\": \"f\", \"arguments\": {\"a\": \"<tool_call>\"}}]");
        assertThat(verdict(row, "{'name': 'f', 'arguments': {'a': '<tool_call>'}}"))
                .isEqualTo(Verdict.PASSED);
    }

    @Test
    void withoutACallNothingPasses() {
        assertThat(kinds(ANY)).containsExactly("no-call");
        DatasetRow none = Rows.ofTool("{}", "[]", "[]");
        assertThat(kinds(none)).containsExactly("no-call");
    }

    @Test
    void blocksThatCannotBeReadAreLeftOut() {
        assertThat(verdict(ANY, "well", "{'name': 'f', 'arguments': {'a': 1}}"))
                .isEqualTo(Verdict.PASSED);
        assertThat(Rows.judge(Rows.STRICT, ANY, "{'name': 'f', 'arguments': {'a': 1}}"))
                .extracting(it -> it.published().verdict())
                .isEqualTo(Verdict.FAILED);
    }

    @Test
    void moreOrFewerCallsThanExpectedFail() {
        String call = "{'name': 'f', 'arguments': {'a': 1}}";
        assertThat(kinds(ANY, call, call)).containsExactly("number-of-calls");
        DatasetRow two =
                Rows.ofTool(
                        "{}",
                        "[]",
                        "[{'name': 'f', 'arguments': {'a': 1}}, {'name': 'f', 'arguments': {}}]");
        assertThat(kinds(two, call)).containsExactly("number-of-calls");
    }

    @Test
    void theFirstCallOfTheNameIsTheOneThatCounts() {
        String right = "{'name': 'f', 'arguments': {'a': 1}}";
        String wrong = "{'name': 'f', 'arguments': {'a': 2}}";
        DatasetRow twice =
                Rows.ofTool(
                        "{}",
                        "[]",
                        "[{'name': 'f', 'arguments': {'a': 1}}, {'name': 'f', 'arguments': {'a':"
                                + " 1}}]");
        assertThat(verdict(twice, right, wrong)).isEqualTo(Verdict.PASSED);
        assertThat(verdict(twice, wrong, right)).isEqualTo(Verdict.FAILED);
    }

    @Test
    void anInvalidCallBeforeTheOneThatIsSoughtEndsTheSearchAndOneBehindItDoesNot() {
        DatasetRow row =
                Rows.row(
                        """
                        [{"type": "function", "function": {"name": "f", "parameters": {}}},
                         {"type": "function", "function": {"name": "g", "parameters":
                           {"properties": {"n": {"type": "integer"}}}}}]
                        """,
                        "[{'name': 'f', 'arguments': {}}, {'name': 'f', 'arguments': {}}]");
        String valid = "{'name': 'f', 'arguments': {}}";
        String invalid = "{'name': 'g', 'arguments': {'n': 'x'}}";
        assertThat(verdict(row, valid, invalid)).isEqualTo(Verdict.PASSED);
        assertThat(kinds(row, invalid, valid))
                .containsExactly("invalid-argument", "invalid-argument");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"type\": \"string\"} ~ 'x' ~ true",
                "{\"type\": \"string\"} ~ 1 ~ false",
                "{\"type\": \"string\"} ~ 0 ~ true",
                "{\"type\": \"string\"} ~ [] ~ true",
                "{\"type\": \"string\"} ~ None ~ true",
                "{\"type\": \"string\"} ~ False ~ true",
                "{\"type\": \"string\"} ~ b'x' ~ false",
                "{\"type\": \"integer\"} ~ 1 ~ true",
                "{\"type\": \"integer\"} ~ True ~ true",
                "{\"type\": \"integer\"} ~ 1.0 ~ false",
                "{\"type\": \"integer\"} ~ '1' ~ false",
                "{\"type\": \"integer\"} ~ '' ~ true",
                "{\"type\": \"number\"} ~ 1 ~ true",
                "{\"type\": \"number\"} ~ 1.5 ~ true",
                "{\"type\": \"number\"} ~ True ~ true",
                "{\"type\": \"number\"} ~ '1.5' ~ false",
                "{\"type\": \"boolean\"} ~ True ~ true",
                "{\"type\": \"boolean\"} ~ 1 ~ false",
                "{\"type\": \"array\"} ~ [1] ~ true",
                "{\"type\": \"array\"} ~ (1,) ~ false",
                "{\"type\": \"array\"} ~ {1} ~ false",
                "{\"type\": \"array\"} ~ () ~ true",
                "{\"type\": \"object\"} ~ {'a': 1} ~ true",
                "{\"type\": \"object\"} ~ [1] ~ false",
                "{\"type\": \"null\"} ~ None ~ true",
                "{\"type\": \"null\"} ~ 1 ~ false",
                "{\"type\": \"any\"} ~ 1 ~ false",
                "{\"type\": \"any\"} ~ 0 ~ true",
                "{\"type\": [\"string\", \"null\"]} ~ 'x' ~ false",
                "{\"type\": []} ~ 'x' ~ true",
                "{\"type\": null} ~ 'x' ~ true",
                "{} ~ 'x' ~ true",
                "true ~ 'x' ~ false",
                "true ~ '' ~ true",
                "{\"type\": \"string\", \"enum\": [\"x\", \"y\"]} ~ 'x' ~ true",
                "{\"type\": \"string\", \"enum\": [\"x\", \"y\"]} ~ 'z' ~ false",
                "{\"type\": \"string\", \"enum\": [\"x\", \"y\"]} ~ '' ~ true",
                "{\"type\": \"string\", \"enum\": [\"x\", null]} ~ 'z' ~ true",
                "{\"type\": \"string\", \"enum\": [\"x\", null]} ~ 1 ~ false",
                "{\"type\": \"string\", \"enum\": []} ~ 'z' ~ true",
                "{\"type\": \"string\", \"enum\": [1]} ~ True ~ false",
                "{\"type\": \"string\", \"enum\": \"x\"} ~ 'x' ~ false",
                "{\"type\": \"string\", \"enum\": null} ~ 'x' ~ false",
                "{\"enum\": [\"x\"]} ~ 'z' ~ true",
                "{\"type\": \"integer\", \"enum\": [1]} ~ 2 ~ true",
            })
    void typesAndEnumsAreLookedAtWhereAValueIsTruthy(String schema, String value, boolean valid) {
        DatasetRow row =
                Rows.ofTool("{\"p\": " + schema + "}", "[]", "[{'name': 'f', 'arguments': {}}]");
        assertThat(kinds(row, "{'name': 'f', 'arguments': {'p': " + value + "}}"))
                .isEqualTo(valid ? List.of() : List.of("invalid-argument"));
    }

    @Test
    void whatIsRequiredMustBeThereWhateverItsValue() {
        DatasetRow row =
                Rows.ofTool(
                        "{\"p\": {\"type\": \"string\"}}",
                        "[\"p\", \"q\"]",
                        "[{'name': 'f', 'arguments': {}}]");
        assertThat(kinds(row, "{'name': 'f', 'arguments': {'p': None, 'q': 0}}")).isEmpty();
        assertThat(Rows.judge(Rows.LENIENT, row, "{'name': 'f', 'arguments': {}}").published())
                .extracting(it -> it.reasons().getFirst().text())
                .isEqualTo("Missing required arguments: ['p', 'q']");
    }

    @Test
    void theReferenceMayBeOneCallJsonOrPythonAndItsArgumentsText() {
        String call = "{'name': 'f', 'arguments': {'a': [1, {'b': None}]}}";
        for (String completion :
                new String[] {
                    "{\"name\": \"f\", \"arguments\": {\"a\": [1.0, {\"b\": null}]}}",
                    "[{'name': 'f', 'arguments': {'a': [True, {'b': None}]}}]",
                    "[{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": [1, {\\\"b\\\": null}]}\"}]",
                    "<tool_call>\n" + call + "\n</tool_call>",
                }) {
            assertThat(verdict(Rows.ofTool("{}", "[]", completion), call))
                    .as(completion)
                    .isEqualTo(Verdict.PASSED);
        }
    }

    @Test
    void aReferenceThatIsNoneIsRefused() {
        for (String completion : new String[] {"nothing", "[1]", "[{\"name\": \"f\"}]"}) {
            DatasetRow row = Rows.ofTool("{}", "[]", completion);
            assertThatThrownBy(() -> Rows.LENIENT.item(row))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("completion");
        }
    }

    @Test
    void tagsAreTakenInPairsAcrossLines() {
        String call = "{'name': 'f', 'arguments': {'a': 1}}";
        String[] right = {
            "Well. <tool_call>" + call + "</tool_call> Done.",
            "<tool_call>\n\n" + call + "\u00a0</tool_call></tool_call>",
            "</tool_call><tool_call>" + call + "</tool_call><tool_call>" + call,
        };
        for (String answer : right) {
            assertThat(answered(answer)).as(answer).isEqualTo(Verdict.PASSED);
        }
        assertThat(answered("<tool_call><tool_call>" + call + "</tool_call>"))
                .isEqualTo(Verdict.FAILED);
        assertThat(answered(call)).isEqualTo(Verdict.FAILED);
    }

    private static Verdict answered(String answer) {
        return Rows.LENIENT.item(ANY).judge(Answer.recorded(answer)).published().verdict();
    }

    private static Verdict verdict(DatasetRow row, String... blocks) {
        return Rows.judge(Rows.LENIENT, row, blocks).published().verdict();
    }

    private static List<String> kinds(DatasetRow row, String... blocks) {
        return Rows.judge(Rows.LENIENT, row, blocks).published().reasons().stream()
                .filter(it -> !it.isRemark())
                .map(Reason::kind)
                .toList();
    }
}
