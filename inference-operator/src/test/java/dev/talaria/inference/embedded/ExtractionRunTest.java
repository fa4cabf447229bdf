package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.OperatorListener;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.inference.engine.EngineClosedException;
import dev.talaria.inference.engine.FailedStepException;
import dev.talaria.inference.tokenizer.chat.Message;
import dev.talaria.inference.tokenizer.chat.Role;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.task.SchemaReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/// What becomes of a document, whatever the model says and whatever breaks.
@Timeout(30)
class ExtractionRunTest {

    private static final String SCHEMA =
            """
            {"type": "object", "additionalProperties": false, "required": ["total"],
             "properties": {"total": {"type": "integer"}, "note": {"type": "string"}}}\
            """;
    private static final Document DOCUMENT = new Document("d-1", "Total: 12");
    private static final ModelDescription MODEL =
            new ModelDescription("mini", "abc123", "Q8_0", 512, "a model");

    private final ScriptedCompletions model = new ScriptedCompletions();

    private static ExtractionTask task(String schema, int maxAttempts) {
        OutputSchema output = OutputSchema.of(new SchemaReference("total", 1), schema);
        SamplingOptions sampling = new SamplingOptions(0f, 0, 1f, 42, 64);
        return new ExtractionTask(output, "Read this.", sampling, maxAttempts);
    }

    private CompletableFuture<Extraction> start(ExtractionTask task, Executor executor) {
        return start(task, executor, () -> MODEL);
    }

    private CompletableFuture<Extraction> start(
            ExtractionTask task, Executor executor, Supplier<ModelDescription> described) {
        return new ExtractionRun(
                        DOCUMENT,
                        task,
                        new TaskCompiler(),
                        model,
                        described,
                        executor,
                        OperatorListener.NONE)
                .start();
    }

    private Extraction run(ExtractionTask task) {
        return start(task, Runnable::run).join();
    }

    private Rejected rejected(ExtractionTask task) {
        Extraction extraction = run(task);
        assertThat(extraction).isInstanceOf(Rejected.class);
        return (Rejected) extraction;
    }

    @Test
    void aValidAnswerIsTheExtractionWithItsWholeProvenance() {
        model.says("{\"total\": 12}");
        ExtractionTask task = task(SCHEMA, 2);
        Extraction extraction = run(task);
        assertThat(extraction).isInstanceOf(Extracted.class);
        assertThat(extraction.documentId()).isEqualTo("d-1");
        assertThat(((Extracted) extraction).json()).isEqualTo("{\"total\": 12}");
        assertThat(extraction.provenance().schema()).contains(task.schema());
        assertThat(extraction.provenance().model()).isEqualTo("mini");
        assertThat(extraction.provenance().modelSha256()).isEqualTo("abc123");
        assertThat(extraction.provenance().quantization()).isEqualTo("Q8_0");
        assertThat(extraction.provenance().promptVersion()).isEqualTo(ExtractionRun.PROMPT_VERSION);
        assertThat(extraction.provenance().seed()).isEqualTo(42);
        assertThat(extraction.provenance().attempts()).isEqualTo(1);
        assertThat(extraction.provenance().finish()).isEqualTo(FinishReason.STOP);
        assertThat(extraction.provenance().promptTokens()).isEqualTo(30);
        assertThat(extraction.provenance().completionTokens()).isEqualTo(13);
        assertThat(extraction.provenance().cachedTokens()).isEqualTo(4);
        assertThat(extraction.provenance().latency()).isPositive();
        assertThat(extraction.provenance().operatorVersion()).isEqualTo(OperatorVersion.current());
    }

    @Test
    void theModelIsToldTheSchemaTheInstructionAndTheDocument() {
        model.says("{\"total\": 12}");
        run(task(SCHEMA, 2));
        List<Message> conversation = model.heard().getFirst();
        assertThat(conversation).extracting(Message::role).containsExactly(Role.SYSTEM, Role.USER);
        assertThat(text(conversation.get(0)))
                .contains("<schema>", "\"required\": [\"total\"]", "</schema>")
                .doesNotContain("d-1");
        assertThat(text(conversation.get(1))).isEqualTo("Read this.\nTotal: 12");
    }

    private static String text(Message message) {
        StringBuilder text = new StringBuilder();
        message.content().forEach(piece -> text.append(piece.text()));
        return text.toString();
    }

    @Test
    void theKeywordsOfAnInvalidAnswerAreToldToTheListenerEachOnce() {
        model.says("{\"total\": \"12\", \"tax\": 1, \"vat\": 2}").says("{\"total\": 12}");
        List<List<String>> told = new ArrayList<>();
        OperatorListener listener =
                new OperatorListener() {
                    @Override
                    public void invalid(List<String> keywords) {
                        told.add(keywords);
                    }
                };
        new ExtractionRun(
                        DOCUMENT,
                        task(SCHEMA, 2),
                        new TaskCompiler(),
                        model,
                        () -> MODEL,
                        Runnable::run,
                        listener)
                .start()
                .join();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst()).containsExactlyInAnyOrder("type", "additionalProperties");
    }

    @Test
    void anInvalidAnswerIsFedBackOnceWithItsErrorsAndTheNextIsTaken() {
        model.says("{\"total\": \"12\", \"tax\": 1}").says("{\"total\": 12}");
        Extraction extraction = run(task(SCHEMA, 2));
        assertThat(extraction).isInstanceOf(Extracted.class);
        assertThat(extraction.provenance().attempts()).isEqualTo(2);
        assertThat(extraction.provenance().completionTokens()).isEqualTo(25 + 13);
        List<Message> first = model.heard().get(0);
        List<Message> second = model.heard().get(1);
        assertThat(second).hasSize(4).startsWith(first.toArray(Message[]::new));
        assertThat(second.get(2))
                .isEqualTo(new Message(Role.ASSISTANT, "{\"total\": \"12\", \"tax\": 1}"));
        assertThat(second.get(3).role()).isEqualTo(Role.USER);
        assertThat(text(second.get(3))).contains("/total", "integer", "tax", "corrected JSON");
    }

    @Test
    void anAnswerThatIsNotJsonIsFedBackToo() {
        model.says("Certainly!").says("{\"total\": 12}");
        assertThat(run(task(SCHEMA, 2))).isInstanceOf(Extracted.class);
        assertThat(text(model.heard().get(1).get(3))).contains("(root)");
    }

    @Test
    void whatIsInvalidTillTheLastAttemptIsRejectedWithTheLastText() {
        model.says("{}").says("{\"total\": null}");
        Rejected rejected = rejected(task(SCHEMA, 2));
        assertThat(rejected.stage()).isEqualTo(RejectionStage.VALIDATION);
        assertThat(rejected.errorClass()).isEqualTo("ValidationFailed");
        assertThat(rejected.message()).contains("/total").doesNotContain("\n");
        assertThat(rejected.rawOutput()).contains("{\"total\": null}");
        assertThat(rejected.provenance().attempts()).isEqualTo(2);
        assertThat(model.heard()).hasSize(2);
    }

    @Test
    void aTaskWithOneAttemptHasOne() {
        model.says("{}");
        assertThat(rejected(task(SCHEMA, 1)).provenance().attempts()).isEqualTo(1);
        assertThat(model.heard()).hasSize(1);
    }

    @Test
    void theTokenLimitIsAReasonOfItsOwn() {
        model.breaksOffAfter("{\"tot");
        Rejected rejected = rejected(task(SCHEMA, 2));
        assertThat(rejected.stage()).isEqualTo(RejectionStage.LENGTH);
        assertThat(rejected.errorClass()).isEqualTo("TokenLimit");
        assertThat(rejected.message()).contains("after 5 tokens");
        assertThat(rejected.rawOutput()).contains("{\"tot");
        assertThat(rejected.provenance().finish()).isEqualTo(FinishReason.TOKEN_LIMIT);
    }

    @Test
    void aDocumentOnWhichTheEngineFailedIsBegunOnceMore() {
        model.says("{}").fails(new OutOfMemoryError("heap")).says("{\"total\": 12}");
        Extraction extraction = run(task(SCHEMA, 2));
        assertThat(extraction).isInstanceOf(Extracted.class);
        assertThat(extraction.provenance().attempts()).isEqualTo(1);
        assertThat(extraction.provenance().completionTokens()).isEqualTo(13);
        assertThat(model.heard().getLast()).isEqualTo(model.heard().getFirst());
    }

    @Test
    void aStepThatFailedTwiceIsNotTriedAThirdTime() {
        model.fails(new FailedStepException(new ArithmeticException("by zero")));
        Rejected rejected = rejected(task(SCHEMA, 2));
        assertThat(rejected.stage()).isEqualTo(RejectionStage.ENGINE);
        assertThat(rejected.errorClass()).isEqualTo("ArithmeticException");
        assertThat(model.heard()).hasSize(1);
    }

    @Test
    void aFailureOfTheEngineRejectsTheDocumentWithoutAText() {
        model.fails(new CompletionException(new ArithmeticException("once")));
        model.fails(new CompletionException(new ArithmeticException("by zero")));
        Rejected rejected = rejected(task(SCHEMA, 2));
        assertThat(rejected.stage()).isEqualTo(RejectionStage.ENGINE);
        assertThat(rejected.errorClass()).isEqualTo("ArithmeticException");
        assertThat(rejected.message()).contains("by zero");
        assertThat(rejected.rawOutput()).isEmpty();
        assertThat(rejected.provenance().attempts()).isZero();
        assertThat(rejected.provenance().finish()).isEqualTo(FinishReason.NOT_STARTED);
    }

    @Test
    void aFailureInTheSecondAttemptLeavesTheFirstText() {
        model.says("{}").fails(new StackOverflowError());
        model.says("{}").fails(new StackOverflowError());
        Rejected rejected = rejected(task(SCHEMA, 2));
        assertThat(rejected.stage()).isEqualTo(RejectionStage.ENGINE);
        assertThat(rejected.rawOutput()).contains("{}");
        assertThat(rejected.provenance().attempts()).isEqualTo(1);
    }

    @Test
    void theEnginesEndIsNoRejection() {
        model.fails(new EngineClosedException());
        assertClosed(start(task(SCHEMA, 2), Runnable::run));
    }

    /// The operator closes between two steps: its executor takes no more of them.
    @Test
    void anExecutorThatTakesNoMoreStepsEndsTheRun() {
        for (int steps = 0; steps < 3; steps++) {
            int last = steps;
            ScriptedCompletions script = new ScriptedCompletions().says("{}").says("{}");
            int[] taken = {0};
            Executor closing =
                    step -> {
                        if (taken[0]++ == last) {
                            throw new RejectedExecutionException("shut down");
                        }
                        step.run();
                    };
            assertClosed(
                    new ExtractionRun(
                                    DOCUMENT,
                                    task(SCHEMA, 2),
                                    new TaskCompiler(),
                                    script,
                                    () -> MODEL,
                                    closing,
                                    OperatorListener.NONE)
                            .start());
        }
    }

    private static void assertClosed(CompletableFuture<Extraction> extraction) {
        assertThat(extraction).isDone();
        assertThatThrownBy(extraction::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(OperatorClosedException.class);
    }

    @Test
    void cancellingEndsTheTurnUnderWay() {
        CompletableFuture<Completions.Turn> turn = new CompletableFuture<>();
        model.gives(turn);
        CompletableFuture<Extraction> extraction = start(task(SCHEMA, 2), Runnable::run);
        assertThat(turn).isNotDone();
        extraction.cancel(false);
        assertThat(turn).isCancelled();
    }

    @Test
    void cancellingBeforeTheTurnBeganEndsItAsWell() {
        Deque<Runnable> steps = new ArrayDeque<>();
        CompletableFuture<Completions.Turn> turn = new CompletableFuture<>();
        model.gives(turn);
        CompletableFuture<Extraction> extraction = start(task(SCHEMA, 2), steps::add);
        extraction.cancel(false);
        while (!steps.isEmpty()) {
            steps.remove().run();
        }
        assertThat(model.heard().isEmpty() || turn.isCancelled()).isTrue();
    }

    @Test
    void aSchemaThatCannotBeEnforcedIsRefusedWithEveryKeyword() {
        Rejected rejected =
                rejected(
                        task(
                                """
                                {"type": "object", "requred": ["x"],
                                 "properties": {"a": {"pattern": "(a)\\\\1"},
                                                "b": {"additonalProperties": false}}}\
                                """,
                                2));
        assertThat(rejected.stage()).isEqualTo(RejectionStage.REQUEST);
        assertThat(rejected.errorClass()).isEqualTo("UnsupportedSchema");
        assertThat(rejected.message())
                .contains("requred", "#/properties/a/pattern", "additonalProperties")
                .doesNotContain("\n");
        assertNothingComputed(rejected);
    }

    @Test
    void aReferenceOutOfTheDocumentHidesNoOtherProblem() {
        Rejected rejected =
                rejected(
                        task(
                                """
                                {"type": "object", "requred": ["x"],
                                 "properties": {"a": {"$ref": "https://example.com/a"}}}\
                                """,
                                2));
        assertThat(rejected.errorClass()).isEqualTo("UnsupportedSchema");
        assertThat(rejected.message()).contains("requred", "#/properties/a/$ref");
        assertNothingComputed(rejected);
    }

    @Test
    void whatIsNoSchemaIsRefused() {
        for (String schema : List.of("{\"type\": 12}", "{\"type\": ", "[]", "")) {
            Rejected rejected = rejected(task(schema, 2));
            assertThat(rejected.stage()).isEqualTo(RejectionStage.REQUEST);
            assertThat(rejected.errorClass()).isEqualTo("InvalidSchema");
            assertThat(rejected.message()).doesNotContain("\n");
            assertNothingComputed(rejected);
        }
    }

    @Test
    void aRequestThatCannotBeCarriedOutIsRefusedWithTheReason() {
        model.refuses(new InvalidRequestException("PromptTooLong", "600 tokens", null));
        Rejected rejected = rejected(task(SCHEMA, 2));
        assertThat(rejected.stage()).isEqualTo(RejectionStage.REQUEST);
        assertThat(rejected.errorClass()).isEqualTo("PromptTooLong");
        assertThat(rejected.message()).isEqualTo("600 tokens");
        assertThat(rejected.rawOutput()).isEmpty();
        assertThat(rejected.provenance().attempts()).isZero();
    }

    private void assertNothingComputed(Rejected rejected) {
        assertThat(model.heard()).isEmpty();
        assertThat(rejected.rawOutput()).isEmpty();
        assertThat(rejected.provenance().attempts()).isZero();
        assertThat(rejected.provenance().finish()).isEqualTo(FinishReason.NOT_STARTED);
        assertThat(rejected.provenance().completionTokens()).isZero();
    }

    @Test
    void whereTheConversationGrowsTooLongTheFirstAnswerStands() {
        model.says("{}").refuses(new InvalidRequestException("PromptTooLong", "600 tokens", null));
        Rejected rejected = rejected(task(SCHEMA, 2));
        assertThat(rejected.stage()).isEqualTo(RejectionStage.VALIDATION);
        assertThat(rejected.message()).contains("no room to ask again", "600 tokens");
        assertThat(rejected.rawOutput()).contains("{}");
        assertThat(rejected.provenance().attempts()).isEqualTo(1);
    }

    /// The description is read from the model file, which may have gone.
    @Test
    void aModelThatCannotBeDescribedFailsTheRunRatherThanLeaveItWaiting() {
        model.says("{\"total\": 12}");
        CompletableFuture<Extraction> extraction =
                start(
                        task(SCHEMA, 2),
                        Runnable::run,
                        () -> {
                            throw new IllegalStateException("the file is gone");
                        });
        assertThat(extraction).isDone();
        assertThatThrownBy(extraction::get).hasRootCauseMessage("the file is gone");
    }
}
