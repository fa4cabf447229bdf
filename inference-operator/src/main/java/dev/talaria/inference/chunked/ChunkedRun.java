package dev.talaria.inference.chunked;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.chunked.TextChunks.Chunk;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.extraction.TextSpan;
import dev.talaria.schemas.partial.PartialValues;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.Violation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// One document's way in chunks: some are asked at a time, and what they say is merged in their
/// order. Its steps run one after the other on the desk.
final class ChunkedRun {

    private static final int CHUNKS_AT_ONCE = 4;
    private static final int MOST_VIOLATIONS_TOLD = 10;

    private final Document document;
    private final ExtractionTask task;
    private final InferenceOperator operator;
    private final Executor desk;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Extraction> answer = new CompletableFuture<>();
    private final List<CompletableFuture<Extraction>> running = new ArrayList<>();

    private List<Chunk> chunks = List.of();
    private Extracted[] values = {};
    private int asked;
    private int answered;

    ChunkedRun(Document document, ExtractionTask task, InferenceOperator operator, Executor desk) {
        this.document = document;
        this.task = task;
        this.operator = operator;
        this.desk = desk;
        answer.whenComplete((result, failure) -> cancelRunning());
    }

    /// Completes with the document's extraction; cancelling it ends the run.
    CompletableFuture<Extraction> answer() {
        return answer;
    }

    /// Asks for the document as a whole.
    void whole() {
        follow(operator.submit(document, task), answer::complete);
    }

    /// Ends with that.
    void reject(Rejected rejected) {
        answer.complete(rejected);
    }

    /// Asks for the chunks, one after the other.
    ///
    /// @param ofChunks the task for each
    void chunks(List<Chunk> all, ExtractionTask ofChunks) {
        chunks = all;
        values = new Extracted[all.size()];
        for (int i = 0; i < CHUNKS_AT_ONCE; i++) {
            askNext(ofChunks);
        }
    }

    private void askNext(ExtractionTask ofChunks) {
        if (asked == chunks.size() || answer.isDone()) {
            return;
        }
        int index = asked++;
        follow(
                operator.submit(chunks.get(index).of(document), ofChunks),
                value -> take(index, value, ofChunks));
    }

    private void take(int index, Extraction value, ExtractionTask ofChunks) {
        switch (value) {
            case Extracted extracted -> {
                values[index] = extracted;
                answered++;
                if (answered == chunks.size()) {
                    merge();
                } else {
                    askNext(ofChunks);
                }
            }
            case Rejected rejected -> answer.complete(withoutChunk(index, rejected));
        }
    }

    private void follow(CompletableFuture<Extraction> request, Consumer<Extraction> then) {
        synchronized (running) {
            running.add(request);
        }
        request.whenComplete((value, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(cause(failure));
            } else {
                next(() -> then.accept(value));
            }
        });
        if (answer.isDone()) {
            cancelRunning();
        }
    }

    private static Throwable cause(Throwable failure) {
        boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
        return wrapped ? failure.getCause() : failure;
    }

    private void next(Runnable step) {
        try {
            desk.execute(() -> guarded(step));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new OperatorClosedException("the operator is closed"));
        }
    }

    /// Runs a step; what it throws is the answer's.
    void guarded(Runnable step) {
        try {
            if (!answer.isDone()) {
                step.run();
            }
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    private void cancelRunning() {
        List<CompletableFuture<Extraction>> all;
        synchronized (running) {
            all = List.copyOf(running);
        }
        all.forEach(request -> request.cancel(true));
    }

    private Rejected withoutChunk(int index, Rejected rejected) {
        TextSpan span = chunks.get(index).span(document.text());
        return new Rejected(
                document.id(),
                rejected.stage(),
                rejected.errorClass(),
                "chunk %d of %d (characters %d to %d): %s"
                        .formatted(
                                index + 1,
                                chunks.size(),
                                span.from(),
                                span.to(),
                                rejected.message()),
                rejected.rawOutput(),
                provenance(List.of(rejected.provenance())));
    }

    private void merge() {
        List<String> parts = Arrays.stream(values).map(Extracted::json).toList();
        String merged =
                PartialValues.of(task.schema().json()).mergeTexts(parts, task.grammar().spelling());
        Provenance provenance =
                provenance(Arrays.stream(values).map(Extracted::provenance).toList());
        List<Violation> violations = NetworkntValidator.of(task.schema().json()).validate(merged);
        answer.complete(
                violations.isEmpty()
                        ? new Extracted(document.id(), merged, provenance)
                        : new Rejected(
                                document.id(),
                                RejectionStage.VALIDATION,
                                "MergedValueInvalid",
                                told(violations),
                                Optional.of(merged),
                                provenance));
    }

    private String told(List<Violation> violations) {
        return "the value merged of %d chunks: %s; see the raw output, or allow a longer context"
                .formatted(
                        chunks.size(),
                        violations.stream()
                                .limit(MOST_VIOLATIONS_TOLD)
                                .map(Violation::toString)
                                .collect(Collectors.joining("; ")));
    }

    /// Of all chunks together: tokens add up, and of the rest the most counts.
    private Provenance provenance(List<Provenance> of) {
        Provenance first = of.getFirst();
        FinishReason finish =
                of.stream()
                        .map(Provenance::finish)
                        .filter(each -> each != FinishReason.STOP)
                        .findFirst()
                        .orElse(FinishReason.STOP);
        return new Provenance(
                Optional.of(task.schema()),
                first.model(),
                first.modelSha256(),
                first.quantization(),
                first.promptVersion(),
                first.seed(),
                of.stream().mapToInt(Provenance::attempts).max().orElse(0),
                finish,
                of.stream().mapToInt(Provenance::promptTokens).sum(),
                of.stream().mapToInt(Provenance::completionTokens).sum(),
                of.stream().mapToInt(Provenance::cachedTokens).sum(),
                Duration.ofNanos(System.nanoTime() - startNanos),
                first.operatorVersion(),
                of.stream().allMatch(Provenance::cached),
                chunks.stream().map(chunk -> chunk.span(document.text())).toList());
    }
}
