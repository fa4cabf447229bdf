package dev.talaria.eval.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Dataset;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Evaluation;
import dev.talaria.eval.suite.EvaluationPlan;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Progress;
import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.Replay;
import dev.talaria.eval.suite.RowSelection;
import dev.talaria.eval.suite.TrialResult;
import dev.talaria.eval.suite.Verdict;
import dev.talaria.schemas.extraction.FinishReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A small set whose figures were worked out by hand.
///
/// | row | company | date | total | tags |
/// |---|---|---|---|---|
/// | 0 | right | right, other spelling | right, other spelling | both right, other order |
/// | 1 | wrong | right | missing | one right, one missing |
/// | 2 | right | not in gold, found | right | right |
/// | 3 | no JSON: all missing | | | |
class FieldScoresTest {

    private static final String ROWS =
            """
            {"text": "a", "gold": {"company": "Nike Inc.", "date": "02/04/2018", "total": "$8.20", "tags": ["x", "y"]}}
            {"text": "b", "gold": {"company": "Acme", "date": "03/04/2018", "total": "1.50", "tags": ["x", "y"]}}
            {"text": "c", "gold": {"company": "Oak", "total": "2.50", "tags": ["z"]}}
            {"text": "d", "gold": {"company": "Elm", "date": "04/04/2018", "total": "3.50"}}
            """;

    private static final String ANSWERS =
            """
            {"row": 0, "text": "{\\"company\\": \\"NIKE INC\\", \\"date\\": \\"2018-04-02\\", \\"total\\": 8.2, \\"tags\\": [\\"y\\", \\"x\\"]}"}
            {"row": 1, "text": "{\\"company\\": \\"Acne\\", \\"date\\": \\"3 April 2018\\", \\"tags\\": [\\"x\\"]}"}
            {"row": 2, "text": "{\\"company\\": \\"Oak\\", \\"date\\": \\"2018-01-01\\", \\"total\\": \\"2.50\\", \\"tags\\": [\\"z\\"]}"}
            {"row": 3, "text": "The company is Elm."}
            """;

    @TempDir Path folder;

    @Test
    void countsByFieldAreThoseWorkedOutByHand() throws IOException {
        JsonNode fields = figures().get("fields");

        assertCounts(fields.get("company"), 2, 1, 2);
        assertCounts(fields.get("date"), 2, 1, 1);
        assertCounts(fields.get("total"), 2, 0, 2);
        assertCounts(fields.get("tags[]"), 4, 0, 1);
    }

    @Test
    void typesAreThoseTheGoldValuesLookLike() throws IOException {
        JsonNode fields = figures().get("fields");

        assertThat(fields.get("company").get("type").stringValue()).isEqualTo("text");
        assertThat(fields.get("date").get("type").stringValue()).isEqualTo("date");
        assertThat(fields.get("total").get("type").stringValue()).isEqualTo("amount");
        assertThat(fields.get("tags[]").get("type").stringValue()).isEqualTo("text");
    }

    @Test
    void averagesAreThoseWorkedOutByHand() throws IOException {
        JsonNode figures = figures();

        JsonNode micro = figures.get("micro");
        assertShare(micro.get("precision"), 10 / 12.0);
        assertShare(micro.get("recall"), 10 / 16.0);
        assertShare(micro.get("f1"), 20 / 28.0);
        JsonNode macro = figures.get("macro");
        assertShare(macro.get("precision"), (2 / 3.0 + 2 / 3.0 + 1 + 1) / 4);
        assertShare(macro.get("recall"), (2 / 4.0 + 2 / 3.0 + 2 / 4.0 + 4 / 5.0) / 4);
        assertShare(macro.get("f1"), (4 / 7.0 + 4 / 6.0 + 4 / 6.0 + 8 / 9.0) / 4);
    }

    /// Spelled as in the gold fields: company of row 2, total of row 2, and four tags.
    @Test
    void figuresAsSpelledStandBesideThem() throws IOException {
        JsonNode figures = figures();

        assertShare(figures.get("micro").get("rawF1"), 2 * 6 / 28.0);
        assertShare(figures.get("fields").get("company").get("rawF1"), 2 / 7.0);
        assertShare(figures.get("fields").get("date").get("rawF1"), 0);
        assertShare(figures.get("exact"), 1 / 4.0);
        assertShare(figures.get("exactAsSpelled"), 0);
        assertShare(figures.get("json"), 3 / 4.0);
    }

    /// The derived schema wants company and total, and strings: row 0 has a number, row 1 lacks
    /// one.
    @Test
    void validityIsThatOfTheDerivedSchema() throws IOException {
        assertShare(figures().get("schemaValid"), 1 / 4.0);
    }

    @Test
    void reasonsNameFieldFindingAndExpectation() throws IOException {
        List<TrialResult> results = results();

        assertThat(results.get(0).published().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(results.get(0).strict().verdict()).isEqualTo(Verdict.FAILED);
        assertThat(texts(results.get(1)))
                .contains(
                        "company: wrong value \"Acne\", expected \"Acme\"",
                        "total: missing, expected \"1.50\"",
                        "tags[]: missing, expected \"y\"");
        assertThat(kinds(results.get(1))).contains("wrong-value", "missing-value");
        assertThat(texts(results.get(2)))
                .containsExactly("date: not expected, found \"2018-01-01\"");
        assertThat(kinds(results.get(3))).containsExactly("not-json");
    }

    @Test
    void anAnswerThatTheTokenLimitEndsIsToldApart() throws IOException {
        ExtractionSuite suite = suite();
        DatasetRow row = dataset().rows().getFirst();
        Answer cut =
                new Answer(
                        "{\"company\": \"Ni",
                        10,
                        5,
                        Duration.ofMillis(1),
                        FinishReason.TOKEN_LIMIT,
                        Map.of());

        Judgement judgement = suite.item(row).judge(cut);

        assertThat(judgement.published().reasons())
                .extracting(Reason::kind)
                .containsExactly("cut-short");
    }

    private static void assertCounts(JsonNode field, int correct, int spurious, int missing) {
        assertThat(field.get("correct").intValue()).as("correct").isEqualTo(correct);
        assertThat(field.get("spurious").intValue()).as("spurious").isEqualTo(spurious);
        assertThat(field.get("missing").intValue()).as("missing").isEqualTo(missing);
    }

    private static void assertShare(JsonNode figure, double share) {
        assertThat(figure.doubleValue()).isCloseTo(share, within(1e-12));
    }

    private static List<String> texts(TrialResult result) {
        return result.published().reasons().stream().map(Reason::text).toList();
    }

    private static List<String> kinds(TrialResult result) {
        return result.published().reasons().stream().map(Reason::kind).toList();
    }

    private JsonNode figures() throws IOException {
        return JsonMapper.shared().valueToTree(suite().metrics(results()));
    }

    private List<TrialResult> results() throws IOException {
        Path answers = Files.writeString(folder.resolve("answers.jsonl"), ANSWERS);
        EvaluationPlan plan = EvaluationPlan.replaying(suite(), dataset(), Replay.read(answers));
        Path output = Files.createDirectories(folder.resolve("out"));
        return new Evaluation(plan, Optional.empty(), 1, Progress.SILENT).run(output);
    }

    private ExtractionSuite suite() throws IOException {
        return ExtractionSuite.over(dataset(), ExtractionOptions.usual());
    }

    private Dataset dataset() throws IOException {
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), ROWS);
        return Dataset.read(rows, Optional.empty(), RowSelection.ALL);
    }

    @Test
    void theDerivedSchemaTellsNamesAndTypesOnly() throws IOException {
        JsonNode schema = JsonMapper.shared().readTree(suite().options().get("schema"));

        assertThat(schema.toString())
                .isEqualTo(
                        "{\"type\":\"object\",\"properties\":{\"company\":{\"type\":\"string\"},"
                                + "\"date\":{\"type\":\"string\"},\"total\":{\"type\":\"string\"},"
                                + "\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},"
                                + "\"required\":[\"company\",\"total\"],"
                                + "\"additionalProperties\":false}");
    }
}
