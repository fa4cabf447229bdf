package dev.talaria.eval.suite;

import dev.talaria.inference.InvalidRequestException;
import dev.talaria.schemas.extraction.FinishReason;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// One run: asks what the output folder does not hold yet, judges and writes, in the order of the
/// plan. Several questions are under way at a time, so that the model batches them.
public final class Evaluation {

    /// The answer to a question, and whether it could not be asked.
    private record Outcome(Answer answer, Optional<Judgement> refused) {}

    private record Pending(Trial trial, Item item, CompletableFuture<Outcome> outcome) {}

    private final EvaluationPlan plan;
    private final Optional<EvaluatedModel> model;
    private final int together;
    private final Progress progress;

    /// @param model empty to judge the plan's recorded texts
    /// @param together how many questions are under way at a time
    public Evaluation(
            EvaluationPlan plan, Optional<EvaluatedModel> model, int together, Progress progress) {
        this.plan = plan;
        this.model = model;
        this.together = together;
        this.progress = progress;
    }

    /// Runs to the end; all results, those of earlier runs first.
    ///
    /// @throws IllegalArgumentException where the folder holds results of something else
    /// @throws IOException where they cannot be written
    public List<TrialResult> run(Path folder) throws IOException {
        try (ResultsFile file = ResultsFile.append(folder)) {
            List<TrialResult> results = new ArrayList<>(ResultsFile.read(folder));
            requireBeginning(folder, results);
            progress.begin(plan.trials().size(), results.size());
            Deque<Pending> pending = new ArrayDeque<>();
            try {
                for (Trial trial : plan.trials().subList(results.size(), plan.trials().size())) {
                    pending.add(start(trial));
                    if (pending.size() >= together) {
                        results.add(finish(pending.remove(), file));
                    }
                }
                while (!pending.isEmpty()) {
                    results.add(finish(pending.remove(), file));
                }
            } finally {
                pending.forEach(each -> each.outcome().cancel(false));
                progress.end();
            }
            return results;
        }
    }

    private void requireBeginning(Path folder, List<TrialResult> results) {
        for (int i = 0; i < results.size(); i++) {
            Trial there = results.get(i).trial();
            if (i >= plan.trials().size() || !plan.trials().get(i).equals(there)) {
                throw new IllegalArgumentException(
                        "%s: line %d of %s is %s, which does not come there in this run; name another folder, or begin anew with --restart"
                                .formatted(folder, i + 1, ResultsFile.NAME, there));
            }
        }
    }

    private Pending start(Trial trial) {
        Item item = plan.items().get(trial.row());
        return new Pending(trial, item, outcome(trial, item));
    }

    private CompletableFuture<Outcome> outcome(Trial trial, Item item) {
        if (model.isEmpty()) {
            Answer recorded = Answer.recorded(plan.recorded().get(trial));
            return CompletableFuture.completedFuture(new Outcome(recorded, Optional.empty()));
        }
        CompletableFuture<Answer> answer;
        try {
            answer = item.ask(model.get(), trial.mode(), trial.seed());
        } catch (IllegalArgumentException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((it, _) -> progress.answered(it == null ? 0 : it.completionTokens()));
        return answer.thenApply(it -> new Outcome(it, Optional.empty()))
                .exceptionally(Evaluation::refused);
    }

    // A row that cannot be asked has failed; anything else ends the run.
    private static Outcome refused(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (!(cause instanceof IllegalArgumentException refusal)) {
            throw new CompletionException(cause);
        }
        String kind =
                refusal instanceof InvalidRequestException request
                        ? hyphenated(request.errorClass())
                        : "cannot-be-asked";
        Assessment failed = Assessment.failed(kind, String.valueOf(refusal.getMessage()));
        return new Outcome(
                new Answer("", 0, 0, Duration.ZERO, FinishReason.NOT_STARTED, Map.of()),
                Optional.of(new Judgement(failed, failed)));
    }

    // PromptTooLong, prompt-too-long.
    private static String hyphenated(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private TrialResult finish(Pending pending, ResultsFile file) throws IOException {
        Outcome outcome = joined(pending);
        Judgement judgement =
                outcome.refused().orElseGet(() -> pending.item().judge(outcome.answer()));
        TrialResult result =
                TrialResult.of(pending.trial(), pending.item(), outcome.answer(), judgement);
        file.write(result);
        progress.judged(judgement.published().verdict());
        return result;
    }

    private static Outcome joined(Pending pending) {
        try {
            return pending.outcome().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
