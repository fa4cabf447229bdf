package dev.talaria.pipeline.batch;

import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.pipeline.batch.DocumentRows.Request.Readable;
import dev.talaria.pipeline.batch.DocumentRows.Request.Refused;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// What a job would take, without writing anything.
public final class DryRun {

    private static final int SAMPLE = 8;

    /// Counts the tokens of a document's prompt.
    @FunctionalInterface
    public interface PromptMeter {

        /// @throws InvalidRequestException where there would be no answer, and why
        int promptTokens(Document document, ExtractionTask task);
    }

    /// @param rows that are looked at
    /// @param documents of these, those that the filter leaves
    /// @param fitting of these, those that the model can answer
    /// @param refused of these, how many for which reason
    /// @param promptTokens of those that fit
    /// @param longestPrompt tokens of the longest
    /// @param sampled documents that were answered to see how long it takes
    /// @param completionTokens expected, as of the sample
    /// @param time expected, as of the sample
    public record Estimate(
            long rows,
            long documents,
            long fitting,
            Map<String, Long> refused,
            long promptTokens,
            int longestPrompt,
            int sampled,
            long completionTokens,
            Duration time) {}

    private final BatchJob job;
    private final RecordSource source;
    private final InferenceOperator operator;
    private final PromptMeter meter;
    private final List<Readable> sample = new ArrayList<>();
    private final Map<String, Long> refused = new TreeMap<>();
    private long documents;
    private long fitting;
    private long promptTokens;
    private int longestPrompt;

    public DryRun(
            BatchJob job, RecordSource source, InferenceOperator operator, PromptMeter meter) {
        this.job = job;
        this.source = source;
        this.operator = operator;
        this.meter = meter;
    }

    /// Reads all rows, and answers the first few that fit.
    public Estimate run() throws IOException {
        DocumentRows rows = new DocumentRows(job, source.type());
        try (RecordCursor cursor = source.read()) {
            for (long place = 0; place < job.selection().rows(); place++) {
                Row row = cursor.next();
                if (row == null) {
                    break;
                }
                if (rows.isWanted(row)) {
                    documents++;
                    measure(rows.request(row, place));
                }
            }
        }
        return estimate();
    }

    private void measure(DocumentRows.Request request) {
        switch (request) {
            case Refused(String errorClass, _) -> refused.merge(errorClass, 1L, Long::sum);
            case Readable readable -> {
                try {
                    int tokens = meter.promptTokens(readable.document(), readable.task());
                    fitting++;
                    promptTokens += tokens;
                    longestPrompt = Math.max(longestPrompt, tokens);
                    if (sample.size() < SAMPLE) {
                        sample.add(readable);
                    }
                } catch (InvalidRequestException e) {
                    refused.merge(e.errorClass(), 1L, Long::sum);
                }
            }
        }
    }

    private Estimate estimate() {
        long begin = System.nanoTime();
        List<CompletableFuture<Extraction>> answers =
                sample.stream().map(one -> operator.submit(one.document(), one.task())).toList();
        long prompt = 0;
        long completion = 0;
        for (CompletableFuture<Extraction> answer : answers) {
            Extraction extraction = answer.join();
            prompt += extraction.provenance().promptTokens();
            completion += extraction.provenance().completionTokens();
        }
        long nanos = System.nanoTime() - begin;
        long expected = sample.isEmpty() ? 0 : completion * fitting / sample.size();
        // A token read and one written are taken as equals: as the sample has them, so has the job.
        double share =
                prompt + completion == 0
                        ? 0
                        : (double) (promptTokens + expected) / (prompt + completion);
        return new Estimate(
                job.selection().rows(),
                documents,
                fitting,
                Map.copyOf(refused),
                promptTokens,
                longestPrompt,
                sample.size(),
                expected,
                Duration.ofNanos((long) (nanos * share)));
    }
}
