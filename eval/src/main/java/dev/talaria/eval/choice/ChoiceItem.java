package dev.talaria.eval.choice;

import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.EvaluatedModel;
import dev.talaria.eval.suite.Item;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Reason;
import dev.talaria.inference.ContinuationScore;
import dev.talaria.inference.ContinuationScorer;
import dev.talaria.inference.ScoringRequest;
import dev.talaria.inference.ScoringRequest.BeginToken;
import dev.talaria.schemas.extraction.FinishReason;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// One question. What the model answers is the log-likelihood of each choice, so the answer's text
/// is their JSON array: that can be recorded, and judged again.
final class ChoiceItem implements Item {

    static final String TASK = "task";
    static final String CUT_TOKENS = "cutTokens";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ChoiceTask task;
    private final ChoiceQuestion question;
    private final BeginToken begin;

    ChoiceItem(ChoiceTask task, ChoiceQuestion question, BeginToken begin) {
        this.task = task;
        this.question = question;
        this.begin = begin;
    }

    @Override
    public JsonNode expected() {
        List<String> right = question.rightTexts();
        if (right.size() == 1) {
            return NODES.stringNode(right.getFirst());
        }
        ArrayNode all = NODES.arrayNode();
        right.forEach(all::add);
        return all;
    }

    @Override
    public String prompt(Mode mode) {
        return question.shown();
    }

    @Override
    public CompletableFuture<Answer> ask(EvaluatedModel model, Mode mode, long seed) {
        if (!(model.generator() instanceof ContinuationScorer scorer)) {
            throw new IllegalArgumentException(
                    "this model tells no probabilities of given texts; choose an embedded one");
        }
        long start = System.nanoTime();
        List<CompletableFuture<List<ContinuationScore>>> parts =
                requests().stream().map(scorer::score).toList();
        CompletableFuture<Answer> answer =
                CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                        .thenApply(_ -> answer(parts, System.nanoTime() - start));
        // Cancelling a dependent stage does not reach the stage before it.
        answer.whenComplete((_, _) -> parts.forEach(part -> part.cancel(false)));
        return answer;
    }

    /// One request for all choices that have a context in common and follow each other.
    List<ScoringRequest> requests() {
        List<ScoringRequest> requests = new ArrayList<>();
        List<String> continuations = new ArrayList<>();
        String context = "";
        for (Choice choice : question.scored()) {
            if (!continuations.isEmpty() && !choice.context().equals(context)) {
                requests.add(new ScoringRequest(context, continuations, begin));
                continuations = new ArrayList<>();
            }
            context = choice.context();
            continuations.add(choice.continuation());
        }
        requests.add(new ScoringRequest(context, continuations, begin));
        return requests;
    }

    private static Answer answer(
            List<CompletableFuture<List<ContinuationScore>>> parts, long nanos) {
        List<ContinuationScore> scores =
                parts.stream().flatMap(part -> part.resultNow().stream()).toList();
        ArrayNode values = NODES.arrayNode();
        ArrayNode tokens = NODES.arrayNode();
        ArrayNode greedy = NODES.arrayNode();
        for (ContinuationScore score : scores) {
            values.add(score.logProbability());
            tokens.add(score.tokens());
            greedy.add(score.isGreedy());
        }
        int cut = scores.stream().mapToInt(ContinuationScore::cutTokens).max().orElse(0);
        Map<String, JsonNode> details = new LinkedHashMap<>();
        details.put("tokens", tokens);
        details.put("greedy", greedy);
        details.put(CUT_TOKENS, NODES.numberNode(cut));
        return new Answer(
                values.toString(),
                scores.stream().mapToInt(ContinuationScore::promptTokens).sum(),
                scores.stream().mapToInt(ContinuationScore::tokens).sum(),
                Duration.ofNanos(nanos),
                FinishReason.STOP,
                details);
    }

    @Override
    public Judgement judge(Answer answer) {
        Optional<double[]> scores = logLikelihoods(answer.text());
        if (scores.isEmpty()) {
            Assessment failed =
                    Assessment.failed(
                            "no-scores",
                            "the answer is no JSON array of %d numbers"
                                    .formatted(question.scored().size()));
            return new Judgement(failed, failed, Map.of(TASK, NODES.stringNode(taskName())));
        }
        ChoiceScores found = ChoiceScores.of(question, scores.get());
        Assessment assessment = assessment(found, scores.get());
        return new Judgement(assessment, assessment, attributes(found, answer));
    }

    private Optional<double[]> logLikelihoods(String text) {
        JsonNode list;
        try {
            list = JSON.readTree(text);
        } catch (JacksonException e) {
            return Optional.empty();
        }
        boolean isWhole =
                list.isArray()
                        && list.size() == question.scored().size()
                        && list.valueStream().allMatch(JsonNode::isNumber);
        return isWhole
                ? Optional.of(list.valueStream().mapToDouble(JsonNode::doubleValue).toArray())
                : Optional.empty();
    }

    private Assessment assessment(ChoiceScores found, double[] scores) {
        if (question.right().contains(found.best())) {
            return Assessment.of(List.of());
        }
        int right = question.right().stream().min(Integer::compare).orElseThrow();
        Reason reason =
                new Reason(
                        "wrong-choice",
                        "'%s' (%.3f) is more probable than '%s' (%.3f)"
                                .formatted(
                                        question.choices().get(found.best()).text(),
                                        scores[found.best()],
                                        question.choices().get(right).text(),
                                        scores[right]));
        return Assessment.of(List.of(reason));
    }

    private Map<String, JsonNode> attributes(ChoiceScores found, Answer answer) {
        Map<String, JsonNode> attributes = new LinkedHashMap<>();
        attributes.put(TASK, NODES.stringNode(taskName()));
        attributes.put("chosen", NODES.numberNode(found.best()));
        if (task.weighsTruths()) {
            attributes.put("mc1", one(found.best()));
            attributes.put("mc2", NODES.numberNode(found.truth()));
        } else {
            attributes.put("acc", one(found.best()));
        }
        if (task.isNormalised()) {
            attributes.put("acc_norm", one(found.bestByLength()));
            attributes.put("acc_bytes", one(found.bestByBytes()));
        }
        attributes.putAll(answer.details());
        return attributes;
    }

    private String taskName() {
        return task.name().toLowerCase(Locale.ROOT);
    }

    private JsonNode one(int chosen) {
        return NODES.numberNode(question.right().contains(chosen) ? 1 : 0);
    }
}
