package dev.talaria.inference.embedded;

import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.OperatorListener;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.inference.PromptVersion;
import dev.talaria.inference.embedded.TaskCompiler.CompiledSchema;
import dev.talaria.inference.engine.EngineClosedException;
import dev.talaria.inference.engine.FailedStepException;
import dev.talaria.inference.engine.FailureTrace;
import dev.talaria.inference.tokenizer.chat.HermesJsonMode;
import dev.talaria.inference.tokenizer.chat.Message;
import dev.talaria.inference.tokenizer.chat.Role;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.validation.Violation;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// One document's way through the model: prompt, answer, validation, and a second try that is told
/// what was wrong with the first.
///
/// Its steps run one after the other on the executor.
final class ExtractionRun {

    private static final Logger LOG = LoggerFactory.getLogger(ExtractionRun.class);

    /// Names the wording of the prompts below and in [HermesJsonMode].
    static final String PROMPT_VERSION = PromptVersion.EXTRACTION;

    private static final int MOST_VIOLATIONS_TOLD = 10;
    private static final Completions.Turn NO_TURN =
            new Completions.Turn("", FinishReason.NOT_STARTED, 0, 0, 0);

    private final Document document;
    private final ExtractionTask task;
    private final TaskCompiler schemas;
    private final Completions completions;
    private final Supplier<ModelDescription> model;
    private final Executor executor;
    private final OperatorListener listener;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Extraction> answer = new CompletableFuture<>();
    private final List<Message> conversation = new ArrayList<>();
    private final DocumentEvent event = new DocumentEvent();

    private CompiledSchema schema;
    private volatile CompletableFuture<Completions.Turn> turn;
    private int attempts;
    private int completionTokens;
    private boolean isBegunAgain;
    private Completions.Turn last = NO_TURN;

    ExtractionRun(
            Document document,
            ExtractionTask task,
            TaskCompiler schemas,
            Completions completions,
            Supplier<ModelDescription> model,
            Executor executor,
            OperatorListener listener) {
        this.document = document;
        this.task = task;
        this.schemas = schemas;
        this.completions = completions;
        this.model = model;
        this.executor = executor;
        this.listener = listener;
    }

    /// Starts the run; cancelling the future ends it.
    CompletableFuture<Extraction> start() {
        event.begin();
        answer.whenComplete((extraction, _) -> {
            cancelTurn();
            record(extraction);
        });
        next(this::prepare);
        return answer;
    }

    private void record(Extraction extraction) {
        event.end();
        if (event.shouldCommit()) {
            event.document = document.id();
            event.schema = task.schema().reference().toString();
            event.answered(extraction);
            event.commit();
        }
    }

    // An executor that takes no more steps is that of an operator being closed.
    private void next(Runnable step) {
        try {
            executor.execute(() -> guarded(step));
        } catch (RejectedExecutionException e) {
            fail(new EngineClosedException());
        } catch (Error e) {
            answer.completeExceptionally(e);
        }
    }

    private void cancelTurn() {
        CompletableFuture<Completions.Turn> current = turn;
        if (current != null) {
            current.cancel(false);
        }
    }

    private void prepare() {
        schema = schemas.compile(task.schema().sha256(), task.schema().json(), task.grammar());
        conversation.addAll(conversation(schema, task, document));
        attempt();
    }

    /// What the model is told first.
    static List<Message> conversation(
            CompiledSchema schema, ExtractionTask task, Document document) {
        return List.of(
                HermesJsonMode.system(schema.promptText()),
                HermesJsonMode.user(task.instruction(), document.text()));
    }

    private void attempt() {
        turn = completions.complete(conversation, schema.grammar(), task.sampling());
        turn.whenComplete((result, thrown) -> next(() -> hear(result, thrown)));
        if (answer.isDone()) {
            cancelTurn();
        }
    }

    private void hear(Completions.Turn result, Throwable thrown) {
        if (thrown == null) {
            judge(result);
        } else {
            fail(thrown);
        }
    }

    private void judge(Completions.Turn result) {
        last = result;
        attempts++;
        completionTokens += result.completionTokens();
        if (result.finish() == FinishReason.DEADLINE) {
            // What was cut off may still be valid, such as half of a number.
            reject(
                    RejectionStage.LENGTH,
                    "DeadlineExceeded",
                    "the answer was not complete in time, after %d tokens; raise"
                                    .formatted(result.completionTokens())
                            + " inference.timeout.seconds");
            return;
        }
        List<Violation> violations = schema.validator().validate(result.text());
        if (!violations.isEmpty()) {
            listener.invalid(violations.stream().map(Violation::keyword).distinct().toList());
        }
        if (violations.isEmpty()) {
            answer.complete(new Extracted(document.id(), result.text(), provenance()));
        } else if (result.finish() == FinishReason.TOKEN_LIMIT) {
            reject(
                    RejectionStage.LENGTH,
                    "TokenLimit",
                    "the answer was not complete after "
                            + result.completionTokens()
                            + " tokens; raise the token limit");
        } else if (attempts < task.maxAttempts()) {
            feedBack(result.text(), violations);
            attempt();
        } else {
            reject(RejectionStage.VALIDATION, "ValidationFailed", told(violations, "; "));
        }
    }

    private void feedBack(String text, List<Violation> violations) {
        conversation.add(new Message(Role.ASSISTANT, text));
        conversation.add(
                new Message(
                        Role.USER,
                        "This JSON does not satisfy the schema:\n"
                                + told(violations, "\n")
                                + "\nAnswer again with the corrected JSON and nothing else."));
    }

    private static String told(List<Violation> violations, String separator) {
        return violations.stream()
                .limit(MOST_VIOLATIONS_TOLD)
                .map(Violation::toString)
                .collect(Collectors.joining(separator));
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            failOrEnd(e);
        }
    }

    // A rejection names the model, whose description may be what failed.
    private void failOrEnd(Throwable thrown) {
        try {
            fail(thrown);
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    private void fail(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause()
                        : thrown;
        switch (cause) {
            case CancellationException cancelled -> answer.completeExceptionally(cancelled);
            case EngineClosedException _ ->
                    answer.completeExceptionally(
                            new OperatorClosedException("the operator was closed"));
            case InvalidRequestException invalid when attempts == 0 ->
                    reject(RejectionStage.REQUEST, invalid.errorClass(), invalid.getMessage());
            // A conversation that has grown too long for another attempt: the last one stands.
            case InvalidRequestException invalid ->
                    reject(
                            RejectionStage.VALIDATION,
                            "ValidationFailed",
                            "the answer did not satisfy the schema, and there is no room to ask"
                                    + " again: "
                                    + invalid.getMessage());
            // The engine has tried that step again already.
            case FailedStepException failed -> rejectForEngine(failed.getCause());
            default -> {
                if (isBegunAgain) {
                    rejectForEngine(cause);
                } else {
                    LOG.atWarn()
                            .addKeyValue("document", document.id())
                            .setCause(FailureTrace.of(cause))
                            .log("begun again after a failure");
                    next(this::beginAgain);
                }
            }
        }
    }

    private void beginAgain() {
        isBegunAgain = true;
        conversation.clear();
        attempts = 0;
        completionTokens = 0;
        last = NO_TURN;
        prepare();
    }

    private void rejectForEngine(Throwable cause) {
        LOG.atError()
                .addKeyValue("document", document.id())
                .setCause(FailureTrace.of(cause))
                .log("the engine failed twice");
        reject(
                RejectionStage.ENGINE,
                cause.getClass().getSimpleName(),
                "the engine failed, and failed again on this document alone: %s; see the log"
                        .formatted(cause));
    }

    private void reject(RejectionStage stage, String errorClass, String message) {
        Optional<String> raw = attempts == 0 ? Optional.empty() : Optional.of(last.text());
        answer.complete(new Rejected(document.id(), stage, errorClass, message, raw, provenance()));
    }

    private Provenance provenance() {
        ModelDescription described = model.get();
        return new Provenance(
                Optional.of(task.schema()),
                described.name(),
                described.sha256(),
                described.quantization(),
                PROMPT_VERSION,
                task.sampling().seed(),
                attempts,
                last.finish(),
                last.promptTokens(),
                completionTokens,
                last.cachedTokens(),
                Duration.ofNanos(System.nanoTime() - startNanos),
                OperatorVersion.current());
    }
}
