package dev.talaria.pipeline.batch;

import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.Provenance;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Works on splits of a job: rows go to the operator a bounded number at a time, also across the
/// ends of splits, and their answers are written in the rows' order. For one thread.
public final class BatchRun implements Closeable {

    private final JobFolder folder;
    private final InferenceOperator operator;
    private final int inFlightMax;
    private final BatchProgress progress;
    private final DocumentRows documents;
    private final OutputRows rows;
    private final RowSequence sequence;
    private final String ending;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<SplitRecord> committed = new ArrayList<>();
    private int inFlight;
    private SplitWriter writer;

    /// What is to be done next, in order.
    private sealed interface Step {

        record Begin(Split split) implements Step {}

        record Answer(Row row, CompletableFuture<Extraction> extraction) implements Step {}

        record Refusal(Row row, DocumentRows.Request.Refused refused) implements Step {}

        record Commit() implements Step {}
    }

    /// @param source the job's input, the caller's to close
    /// @param inFlightMax rows with the operator at once
    public BatchRun(
            BatchJob job,
            JobFolder folder,
            RecordSource source,
            InferenceOperator operator,
            int inFlightMax,
            BatchProgress progress)
            throws IOException {
        this.folder = folder;
        this.operator = operator;
        this.inFlightMax = inFlightMax;
        this.progress = progress;
        this.documents = new DocumentRows(job, source.type());
        this.rows = new OutputRows(job, source.type());
        this.sequence = new RowSequence(source);
        this.ending = job.output().ending();
    }

    /// Works on these and commits each; the records of those that count.
    ///
    /// @throws BatchException where the operator ended before
    public List<SplitRecord> run(List<Split> splits) throws IOException {
        committed.clear();
        for (Split split : splits) {
            submit(split);
        }
        while (!steps.isEmpty()) {
            take();
        }
        return List.copyOf(committed);
    }

    private void submit(Split split) throws IOException {
        steps.add(new Step.Begin(split));
        for (long place = split.firstRow(); place < split.endRow(); place++) {
            Row row = sequence.at(place);
            if (!documents.isWanted(row)) {
                progress.looked(1);
                continue;
            }
            while (inFlight >= inFlightMax) {
                take();
            }
            steps.add(step(row, place));
            inFlight++;
        }
        steps.add(new Step.Commit());
    }

    private Step step(Row row, long place) {
        return switch (documents.request(row, place)) {
            case DocumentRows.Request.Readable(var document, var task) ->
                    new Step.Answer(row, operator.submit(document, task));
            case DocumentRows.Request.Refused refused -> new Step.Refusal(row, refused);
        };
    }

    private void take() throws IOException {
        switch (steps.remove()) {
            case Step.Begin(Split split) -> writer = new SplitWriter(split, folder, rows, ending);
            case Step.Answer(Row row, CompletableFuture<Extraction> answer) -> {
                inFlight--;
                Extraction extraction = extraction(answer);
                writer.write(row, extraction);
                Provenance from = extraction.provenance();
                progress.answered(
                        extraction instanceof Rejected,
                        (long) from.promptTokens() + from.completionTokens());
            }
            case Step.Refusal(Row row, DocumentRows.Request.Refused refused) -> {
                inFlight--;
                writer.write(row, refused);
                progress.answered(true, 0);
            }
            case Step.Commit() -> {
                commit();
                writer.close();
                writer = null;
            }
        }
    }

    private void commit() throws IOException {
        SplitCommitEvent event = new SplitCommitEvent();
        event.begin();
        Optional<SplitRecord> record = writer.commit();
        if (record.isPresent()) {
            committed.add(record.get());
            if (event.shouldCommit()) {
                event.split = record.get().split();
                event.rows = record.get().wanted();
                event.rejected = record.get().rejected();
                event.commit();
            }
        }
    }

    private static Extraction extraction(CompletableFuture<Extraction> answer) {
        try {
            return answer.join();
        } catch (CompletionException | CancellationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new BatchException(
                    "the model ended before it had answered (%s); start the same command again to go on"
                            .formatted(cause.getMessage()),
                    e);
        }
    }

    /// Gives up what is under way.
    @Override
    public void close() throws IOException {
        for (Step step : steps) {
            if (step instanceof Step.Answer(_, CompletableFuture<Extraction> answer)) {
                answer.cancel(false);
            }
        }
        steps.clear();
        try (sequence) {
            if (writer != null) {
                writer.close();
            }
        }
    }
}
