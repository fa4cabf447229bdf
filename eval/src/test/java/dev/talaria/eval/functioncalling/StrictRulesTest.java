package dev.talaria.eval.functioncalling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictRulesTest {

    private static final DatasetRow DATED =
            Rows.ofTool(
                    """
                    {"day": {"type": "string", "format": "date"}, "n": {"type": "integer"}}
                    """,
                    "[\"day\"]",
                    "[{\"name\": \"f\", \"arguments\": {\"day\": \"2024-02-29\", \"n\": 1}}]");

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"name\": \"f\", \"arguments\": {\"day\": \"2024-02-29\", \"n\": 1}} ~ ``",
                "{\"arguments\": {\"n\": 1.0, \"day\": \"2024-02-29\"}, \"name\": \"f\"} ~ ``",
                "{'name': 'f', 'arguments': {'day': '2024-02-29', 'n': 1}} ~ not-json",
                "{\"name\": \"f\", \"arguments\": {\"day\": \"2024-02-29\", \"n\": 1, \"x\": 2}} ~"
                        + " extra-argument",
                "{\"name\": \"f\", \"arguments\": {\"day\": \"2024-02-29\", \"n\": true}} ~"
                        + " wrong-value",
                "{\"name\": \"f\", \"arguments\": {\"day\": \"2024-02-30\", \"n\": 1}} ~"
                        + " schema-format",
                "{\"name\": \"f\", \"arguments\": {\"day\": \"2024-02-29\", \"n\": null}} ~"
                        + " schema-type",
                "{\"name\": \"f\", \"arguments\": {\"n\": 1}} ~ schema-required",
                "{\"name\": \"g\", \"arguments\": {}} ~ unknown-function",
                "{\"name\": \"f\", \"arguments\": {\"day\": \"2024-02-29\", \"n\": 1}, \"id\": 1} ~"
                        + " invalid-call",
            })
    void aCallIsHeldToTheLetter(String block, String kind) {
        Assessment strict = Rows.judge(Rows.LENIENT, DATED, block).strict();
        if (kind.isEmpty()) {
            assertThat(strict.verdict()).isEqualTo(Verdict.PASSED);
        } else {
            assertThat(strict.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(strict.reasons()).extracting(Reason::kind).contains(kind);
        }
    }

    @Test
    void everyExpectedCallIsMadeOnceInAnyOrder() {
        DatasetRow row =
                Rows.ofTool(
                        "{}",
                        "[]",
                        "[{'name': 'f', 'arguments': {'a': 1}}, {'name': 'f', 'arguments': {'a':"
                                + " 2}}]");
        String one = "{\"name\": \"f\", \"arguments\": {\"a\": 1}}";
        String two = "{\"name\": \"f\", \"arguments\": {\"a\": 2}}";
        assertThat(strict(row, one, two)).isEqualTo(Verdict.PASSED);
        assertThat(strict(row, two, one)).isEqualTo(Verdict.PASSED);
        assertThat(strict(row, one, one)).isEqualTo(Verdict.FAILED);
        assertThat(strict(row, one)).isEqualTo(Verdict.FAILED);
        assertThat(strict(row, one, two, two)).isEqualTo(Verdict.FAILED);
    }

    @Test
    void parametersThatAreNoSchemaAreSaidAndHoldNothing() {
        DatasetRow row =
                Rows.ofTool(
                        "{\"a\": {\"type\": \"float\"}}", "[]", "[{'name': 'f', 'arguments': {}}]");
        Assessment strict =
                Rows.judge(Rows.LENIENT, row, "{\"name\": \"f\", \"arguments\": {}}").strict();
        assertThat(strict.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(strict.reasons())
                .containsExactly(Reason.remark("the parameters of f are no schema"));
    }

    private static Verdict strict(DatasetRow row, String... blocks) {
        return Rows.judge(Rows.LENIENT, row, blocks).strict().verdict();
    }
}
