package dev.talaria.eval.jsonmode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

class JsonRulesTest {

    private static final JsonModeSuite SUITE =
            new JsonModeSuite(List.of(Mode.UNCONSTRAINED), 0.1f, 64);

    private static final String SCHEMA =
            """
            {"type": "object", "properties": {"day": {"type": "string", "format": "date"},
             "n": {"type": "number"}, "ok": {}}, "required": ["day"]}
            """;

    private static final String REFERENCE = "{\"day\": \"soon\", \"n\": 1, \"ok\": true}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"day\": \"soon\", \"n\": 1, \"ok\": true} ~ ``",
                "{\"ok\": true, \"n\": 1.0, \"day\": \"soon\"} ~ ``",
                "{'day': 'soon', 'n': 1, 'ok': True} ~ ``",
                "{\"day\": \"soon\", \"n\": 1, \"ok\": 1} ~ ``",
                "{\"day\": \"soon\", \"n\": 2, \"n\": 1, \"ok\": true} ~ ``",
                "{\"day\": \"soon\", \"n\": 1} ~ missing-key",
                "{\"day\": \"soon\", \"n\": 1, \"ok\": true, \"x\": null} ~ extra-key",
                "{\"day\": \"later\", \"n\": 1, \"ok\": true} ~ wrong-value",
                "{\"n\": 1, \"ok\": true} ~ schema-required",
                "{\"day\": \"soon\", \"n\": \"1\", \"ok\": true} ~ schema-type",
                "{\"day\": \"soon\", \"n\": true, \"ok\": true} ~ schema-type",
                "[{\"day\": \"soon\", \"n\": 1, \"ok\": true}] ~ no-map",
                "[1] ~ schema-type",
                "[] ~ no-map",
                "1 ~ schema-type",
                "{'day': 'soon', 'n': 1, 'ok': (1,)} ~ no-json-value",
                "{\"day\": \"soon\", \"n\": NaN, \"ok\": true} ~ no-json-value",
                "{\"day\": \"soon\", \"n\": 1, \"ok\": tr ~ not-json",
                "Here you are: {} ~ not-json",
                "`` ~ not-json",
            })
    void thePublishedVerdictLeavesFormatsAside(String answer, String kind) {
        assertKind(judge(SCHEMA, REFERENCE, answer).published(), kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"day\": \"2024-02-29\", \"n\": 1.0, \"ok\": true} ~ ``",
                "{\"day\": \"2024-02-30\", \"n\": 1, \"ok\": true} ~ schema-format",
                "{\"day\": \"2024-02-29\", \"n\": 1, \"ok\": 1} ~ wrong-value",
                "{'day': '2024-02-29', 'n': 1, 'ok': True} ~ not-json",
                "{\"day\": \"2024-02-29\", \"n\": 2, \"n\": 1, \"ok\": true} ~ not-json",
            })
    void theStrictVerdictAssertsThem(String answer, String kind) {
        String reference = "{\"day\": \"2024-02-29\", \"n\": 1, \"ok\": true}";
        assertKind(judge(SCHEMA, reference, answer).strict(), kind);
    }

    private static void assertKind(Assessment assessment, String kind) {
        if (kind.isEmpty()) {
            assertThat(assessment).isEqualTo(Assessment.of(List.of()));
        } else {
            assertThat(assessment.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(assessment.reasons()).extracting(Reason::kind).contains(kind);
        }
    }

    @Test
    void theDraftIsTheSchemasOwnOrTheLatest() {
        // In draft-04 the bound is exclusive by a flag, later by a number of its own.
        String schema = "{\"$schema\": \"%s\", \"properties\": {\"n\": {%s}}}";
        String flag = "\"minimum\": 1, \"exclusiveMinimum\": true";
        String four = schema.formatted("http://json-schema.org/draft-04/schema#", flag);
        assertKind(judge(four, "{\"n\": 1}", "{\"n\": 1}").published(), "schema-minimum");
        assertKind(judge(four, "{\"n\": 2}", "{\"n\": 2}").published(), "");

        String unknown = schema.formatted("https://example.com/draft", "\"exclusiveMinimum\": 1");
        assertKind(
                judge(unknown, "{\"n\": 1}", "{\"n\": 1}").published(), "schema-exclusiveMinimum");
        assertKind(judge(unknown, "{\"n\": 2}", "{\"n\": 2}").published(), "");

        String invalid = schema.formatted("https://example.com/draft", flag);
        assertKind(judge(invalid, "{\"n\": 2}", "{\"n\": 2}").published(), "invalid-schema");
    }

    @Test
    void formatsAreLeftAsideInEveryDraft() {
        for (String draft :
                new String[] {
                    "http://json-schema.org/draft-04/schema#",
                    "http://json-schema.org/draft-07/schema#",
                    "https://json-schema.org/draft/2019-09/schema",
                    "https://json-schema.org/draft/2020-12/schema",
                }) {
            String schema =
                    "{\"$schema\": \"%s\", \"properties\": {\"u\": {\"format\": \"uri\"}}}"
                            .formatted(draft);
            String value = "{\"u\": \"no uri\"}";
            assertKind(judge(schema, value, value).published(), "");
            assertKind(judge(schema, value, value).strict(), "schema-format");
        }
    }

    @Test
    void whiteSpaceAroundAnAnswerIsNoPartOfIt() {
        assertKind(judge("{}", "{}", " \n{}\u00a0\n").published(), "");
    }

    @Test
    void aReferenceThatIsNoMapIsEqualToNothing() {
        assertKind(judge("{}", "[1]", "[1]").published(), "no-map");
        assertKind(judge("{}", "[1]", "{}").published(), "no-reference");
    }

    private static Judgement judge(String schema, String reference, String answer) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        values.put("prompt", "Go on.").put("schema", schema).put("completion", reference);
        return SUITE.item(new DatasetRow(0, values)).judge(Answer.recorded(answer));
    }
}
