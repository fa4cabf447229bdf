package dev.talaria.eval.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Trial;
import dev.talaria.eval.suite.TrialResult;
import dev.talaria.eval.suite.Verdict;
import dev.talaria.inference.ScoringRequest;
import dev.talaria.inference.ScoringRequest.BeginToken;
import dev.talaria.schemas.extraction.FinishReason;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Questions asked as scoring requests, and scores judged and added up.
class ChoiceSuiteTest {

    private static final ChoiceSuite SUITE = new ChoiceSuite(Optional.empty(), BeginToken.AS_MODEL);
    private static final String ARC =
            "{'question':'q','choices':{'text':['no','certainly'],'label':['A','B']},'answerKey':'B'}";

    private static ChoiceItem item(String json) {
        return SUITE.item(Rows.of(json));
    }

    private static Judgement judge(String json, String scores) {
        return item(json).judge(Answer.recorded(scores));
    }

    private static TrialResult result(String json, String scores) {
        ChoiceItem item = item(json);
        Judgement judgement = item.judge(Answer.recorded(scores));
        return new TrialResult(
                new Trial(0, 0, Mode.REPLAY),
                judgement.published(),
                judgement.strict(),
                item.prompt(Mode.REPLAY),
                scores,
                item.expected(),
                0,
                0,
                0,
                FinishReason.STOP,
                judgement.attributes());
    }

    @Test
    void choicesOfOneContextAreOneRequest() {
        List<ScoringRequest> requests = item(ARC).requests();
        assertThat(requests)
                .containsExactly(
                        new ScoringRequest(
                                "Question: q\nAnswer:",
                                List.of(" no", " certainly"),
                                BeginToken.AS_MODEL));
    }

    @Test
    void optionsOfWinoGrandeAreARequestEach() {
        ChoiceItem item = item("{'sentence':'a _ b','option1':'x','option2':'y','answer':'1'}");
        assertThat(item.requests())
                .containsExactly(
                        new ScoringRequest("a x", List.of(" b"), BeginToken.AS_MODEL),
                        new ScoringRequest("a y", List.of(" b"), BeginToken.AS_MODEL));
    }

    @Test
    void theVerdictIsThatOfTheMostProbableChoice() {
        assertThat(judge(ARC, "[-4, -2]").published().verdict()).isEqualTo(Verdict.PASSED);
        Judgement wrong = judge(ARC, "[-2, -4]");
        assertThat(wrong.published().verdict()).isEqualTo(Verdict.FAILED);
        assertThat(wrong.published().reasons())
                .extracting(reason -> reason.kind() + ": " + reason.text())
                .containsExactly(
                        "wrong-choice: 'no' (-2.000) is more probable than 'certainly' (-4.000)");
        assertThat(wrong.attributes().get("acc").intValue()).isZero();
        assertThat(wrong.attributes().get("acc_norm").intValue()).isEqualTo(1);
        assertThat(item(ARC).expected().stringValue()).isEqualTo("certainly");
    }

    @Test
    void oneOfSeveralRightChoicesIsEnough() {
        String row = "{'query':'q','choices':['(A)','(B)','(C)'],'gold':[0,2]}";
        assertThat(judge(row, "[-3, -2, -1]").published().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(judge(row, "[-3, -1, -2]").published().verdict()).isEqualTo(Verdict.FAILED);
        assertThat(item(row).expected().toString()).isEqualTo("[\"(A)\",\"(C)\"]");
    }

    @Test
    void whatAreNoScoresFails() {
        for (String text : List.of("", "certainly", "[-1]", "[-1, \"a\"]", "{\"a\": 1}", "[-1,")) {
            assertThat(judge(ARC, text).published().reasons())
                    .as(text)
                    .extracting(reason -> reason.kind())
                    .containsExactly("no-scores");
        }
    }

    @Test
    void figuresComeWithTheirStandardErrors() {
        List<TrialResult> results = new ArrayList<>();
        results.add(result(ARC, "[-4, -2]"));
        results.add(result(ARC, "[-2, -4]"));
        results.add(result(ARC, "[-1, -90]"));
        results.add(result(ARC, "nothing"));
        Map<String, JsonNode> metrics = SUITE.metrics(results);
        assertThat(metrics.keySet())
                .containsExactly(
                        "acc",
                        "acc_stderr",
                        "acc_norm",
                        "acc_norm_stderr",
                        "acc_bytes",
                        "acc_bytes_stderr",
                        "cut_contexts");
        assertThat(metrics.get("acc").doubleValue()).isEqualTo(0.25);
        assertThat(metrics.get("acc_stderr").doubleValue())
                .isCloseTo(Math.sqrt(0.25 * 0.75 / 3), within(1e-12));
        assertThat(metrics.get("acc_norm").doubleValue()).isEqualTo(0.5);
    }

    @Test
    void truthfulQaHasItsOwnFigures() {
        String row =
                "{'question':'q','mc1_targets':{'choices':['a','b'],'labels':[1,0]},"
                        + "'mc2_targets':{'choices':['a','b'],'labels':[1,0]}}";
        Map<String, JsonNode> metrics =
                SUITE.metrics(
                        List.of(result(row, "[-1, -2, 0, 0]"), result(row, "[-2, -1, 0, 0]")));
        assertThat(metrics.keySet())
                .containsExactly("mc1", "mc1_stderr", "mc2", "mc2_stderr", "cut_contexts");
        assertThat(metrics.get("mc1").doubleValue()).isEqualTo(0.5);
        assertThat(metrics.get("mc2").doubleValue()).isEqualTo(0.5);
        assertThat(metrics.get("mc2_stderr").doubleValue()).isZero();
    }

    @Test
    void cutContextsAreCounted() {
        ChoiceItem item = item(ARC);
        JsonNode cut = JsonNodeFactory.instance.numberNode(3);
        Answer answer =
                new Answer(
                        "[-4, -2]",
                        9,
                        2,
                        Duration.ZERO,
                        FinishReason.STOP,
                        Map.of("cutTokens", cut));
        Judgement judgement = item.judge(answer);
        TrialResult result = result(ARC, "[-4, -2]");
        TrialResult cutResult =
                new TrialResult(
                        result.trial(),
                        judgement.published(),
                        judgement.strict(),
                        "",
                        "",
                        item.expected(),
                        0,
                        0,
                        0,
                        FinishReason.STOP,
                        judgement.attributes());
        assertThat(SUITE.metrics(List.of(result, cutResult)).get("cut_contexts").intValue())
                .isEqualTo(1);
    }

    @Test
    void aTaskIsNamedAsTheHarnessNamesIt() {
        ChoiceSuite named = new ChoiceSuite(Optional.of("arc_challenge"), BeginToken.NONE);
        assertThat(named.options())
                .containsEntry("task", "arc_challenge")
                .containsEntry("beginToken", "none");
        assertThat(named.item(Rows.of(ARC)).requests().getFirst().begin())
                .isEqualTo(BeginToken.NONE);
        assertThatThrownBy(() -> new ChoiceSuite(Optional.of("arc-hard"), BeginToken.NONE))
                .hasMessageContaining("no task 'arc-hard'; there are arc_easy, arc_challenge");
        assertThatThrownBy(() -> item("{'text':'a'}"))
                .hasMessageContaining("[text] are those of no task");
        assertThatThrownBy(() ->
                        new ChoiceSuite(Optional.of("piqa"), BeginToken.NONE).item(Rows.of(ARC)))
                .hasMessageContaining("there is no 'goal'");
    }

    @Test
    void agiEvalsTasksTakeBothFormsOfRows() {
        ChoiceSuite agiEval = new ChoiceSuite(Optional.of("agieval_sat_math"), BeginToken.AS_MODEL);
        assertThat(
                        agiEval.item(Rows.of("{'query':'q','choices':['a','b'],'gold':[1]}"))
                                .expected()
                                .stringValue())
                .isEqualTo("b");
        assertThat(
                        agiEval.item(
                                        Rows.of(
                                                "{'passage':null,'question':'q','options':['a','b'],"
                                                    + "'label':'B'}"))
                                .expected()
                                .stringValue())
                .isEqualTo("b");
    }
}
