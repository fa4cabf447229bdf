package dev.talaria.eval.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.TextAnswer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.node.JsonNodeFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

class EvaluationTest {

    private static final Suite SUITE = new Arithmetic("first");

    @TempDir Path folder;

    @Test
    void resultsComeByRowSeedAndMode() throws IOException {
        List<TrialResult> results =
                run(SUITE, Arithmetic.answering((prompt, _) -> doubled(prompt)));

        assertThat(results)
                .extracting(it -> it.trial().toString())
                .startsWith(
                        "row 0, seed 3, unconstrained",
                        "row 0, seed 3, constrained",
                        "row 0, seed 4, unconstrained",
                        "row 0, seed 4, constrained",
                        "row 1, seed 3, unconstrained")
                .hasSize(20);
        assertThat(results).allMatch(it -> it.published().verdict() == Verdict.PASSED);
        assertThat(ResultsFile.read(folder)).isEqualTo(results);
    }

    @Test
    void answersMayComeInAnyOrderAndSeveralAreAwaited() throws IOException {
        List<Runnable> asked = new ArrayList<>();
        AtomicInteger most = new AtomicInteger();
        EvaluatedModel model =
                Arithmetic.model((request, _) -> {
                    CompletableFuture<TextAnswer> answer = new CompletableFuture<>();
                    asked.add(() -> answer.complete(Arithmetic.answer(doubled(request.prompt()))));
                    most.accumulateAndGet(asked.size(), Math::max);
                    if (asked.size() == 4) {
                        asked.reversed().forEach(Runnable::run);
                        asked.clear();
                    }
                    return answer;
                });

        assertThat(run(SUITE, model)).hasSize(20);
        assertThat(most).hasValue(4);
    }

    @Test
    void aRowThatCannotBeAskedFailsForThatReasonAndTheOthersGoOn() throws IOException {
        EvaluatedModel model =
                Arithmetic.model((request, _) ->
                        request.prompt().equals("double 1")
                                ? CompletableFuture.failedFuture(
                                        new InvalidRequestException(
                                                "PromptTooLong", "the prompt is too long", null))
                                : CompletableFuture.completedFuture(
                                        Arithmetic.answer(doubled(request.prompt()))));

        List<TrialResult> failed =
                run(SUITE, model).stream()
                        .filter(it -> it.published().verdict() == Verdict.FAILED)
                        .toList();

        assertThat(failed).hasSize(4).allMatch(it -> it.trial().row() == 1);
        assertThat(failed.getFirst().published().reasons())
                .containsExactly(new Reason("prompt-too-long", "the prompt is too long"));
        assertThat(failed.getFirst().json().path("finish").asString()).isEqualTo("NOT_STARTED");
    }

    @Test
    void aRunThatWasBrokenOffGoesOnWhereItWasAndEndsTheSame() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        EvaluatedModel breaking =
                Arithmetic.model((request, _) ->
                        asked.incrementAndGet() > 9
                                ? CompletableFuture.failedFuture(
                                        new OperatorClosedException("closed"))
                                : CompletableFuture.completedFuture(
                                        Arithmetic.answer(doubled(request.prompt()))));
        assertThatThrownBy(() -> run(SUITE, breaking)).isInstanceOf(OperatorClosedException.class);
        int written = ResultsFile.read(folder).size();
        assertThat(written).isPositive().isLessThan(10);
        Files.writeString(
                folder.resolve(ResultsFile.NAME), "{\"row\": 7, \"se", StandardOpenOption.APPEND);

        AtomicInteger again = new AtomicInteger();
        run(
                SUITE,
                Arithmetic.answering((prompt, _) -> {
                    again.incrementAndGet();
                    return doubled(prompt);
                }));
        assertThat(again).hasValue(20 - written);
        String resumed = Files.readString(folder.resolve(ResultsFile.NAME));

        Files.delete(folder.resolve(ResultsFile.NAME));
        run(SUITE, Arithmetic.answering((prompt, _) -> doubled(prompt)));
        assertThat(Files.readString(folder.resolve(ResultsFile.NAME))).isEqualTo(resumed);
    }

    @Test
    void aLineThatIsNoResultIsNamed() throws IOException {
        Files.writeString(folder.resolve(ResultsFile.NAME), "{\"row\": 1}\n");
        assertThatThrownBy(() -> run(SUITE, Arithmetic.answering((prompt, _) -> doubled(prompt))))
                .hasMessageContaining("results.jsonl: line 1 is no result")
                .hasMessageContaining("--restart");
    }

    @Test
    void resultsOfOtherTrialsAreNotContinued() throws IOException {
        EvaluatedModel model = Arithmetic.answering((prompt, _) -> doubled(prompt));
        run(SUITE, model);
        EvaluationPlan other = EvaluationPlan.asking(SUITE, dataset(), List.of(5L), SUITE.modes());
        assertThatThrownBy(() ->
                        new Evaluation(other, Optional.of(model), 4, Progress.SILENT).run(folder))
                .hasMessageContaining("line 1 of results.jsonl is row 0, seed 3, unconstrained");
    }

    @Test
    void aRowOfAnotherKindIsNamed() {
        Dataset dataset =
                new Dataset(
                        "some.jsonl",
                        Optional.empty(),
                        List.of(
                                new DatasetRow(
                                        6, JsonNodeFactory.instance.objectNode().put("m", 1))),
                        "");
        assertThatThrownBy(() -> EvaluationPlan.asking(SUITE, dataset, List.of(0L), SUITE.modes()))
                .hasMessage(
                        "some.jsonl: row 6 is no row of arithmetic: there is no 'n'; there are m");
    }

    private List<TrialResult> run(Suite suite, EvaluatedModel model) throws IOException {
        EvaluationPlan plan =
                EvaluationPlan.asking(suite, dataset(), List.of(3L, 4L), suite.modes());
        return new Evaluation(plan, Optional.of(model), 4, Progress.SILENT).run(folder);
    }

    static Dataset dataset() {
        List<DatasetRow> rows =
                LongStream.range(0, 5)
                        .mapToObj(n ->
                                new DatasetRow(
                                        n, JsonNodeFactory.instance.objectNode().put("n", n)))
                        .toList();
        return new Dataset("numbers", Optional.empty(), rows, "");
    }

    static String doubled(String prompt) {
        return Integer.toString(2 * Integer.parseInt(prompt.substring("double ".length())));
    }
}
