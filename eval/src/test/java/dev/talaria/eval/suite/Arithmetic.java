package dev.talaria.eval.suite;

import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextGenerator;
import dev.talaria.inference.TextRequest;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.task.SamplingOptions;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/// A suite for tests: a row's number is to be doubled.
record Arithmetic(String note) implements Suite {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public String name() {
        return "arithmetic";
    }

    @Override
    public Map<String, String> options() {
        return Map.of("note", note);
    }

    @Override
    public List<Mode> modes() {
        return List.of(Mode.UNCONSTRAINED, Mode.CONSTRAINED);
    }

    @Override
    public List<String> groups() {
        return List.of("parity");
    }

    @Override
    public Item item(DatasetRow row) {
        return new Doubling(row.required("n").intValue());
    }

    record Doubling(int n) implements TextItem {

        @Override
        public JsonNode expected() {
            return JSON.numberNode(2 * n);
        }

        @Override
        public String prompt(Mode mode) {
            return "double " + n;
        }

        @Override
        public TextRequest request(Mode mode, long seed) {
            return new TextRequest(
                    prompt(mode),
                    true,
                    Optional.empty(),
                    Optional.empty(),
                    new SamplingOptions(0, 0, 1f, seed, 8));
        }

        @Override
        public Judgement judge(Answer answer) {
            boolean isRight = answer.text().equals(Integer.toString(2 * n));
            Assessment assessment =
                    isRight
                            ? Assessment.of(List.of(Reason.remark("right")))
                            : Assessment.failed("wrong-number", answer.text() + " is not it");
            return new Judgement(
                    assessment,
                    assessment,
                    Map.of("parity", JSON.stringNode(n % 2 == 0 ? "even" : "odd")));
        }
    }

    /// A model that answers at once.
    static EvaluatedModel answering(BiFunction<String, Long, String> answers) {
        return model((request, _) -> {
            String text = answers.apply(request.prompt(), request.sampling().seed());
            return CompletableFuture.completedFuture(answer(text));
        });
    }

    static EvaluatedModel model(TextGenerator generator) {
        return new EvaluatedModel(
                generator,
                new ModelDescription("scripted", "0".repeat(64), "none", 99, "no model"));
    }

    static TextAnswer answer(String text) {
        return new TextAnswer(
                text,
                List.of(),
                FinishReason.STOP,
                5,
                0,
                text.length(),
                List.of(),
                Duration.ZERO,
                Duration.ofMillis(7));
    }
}
