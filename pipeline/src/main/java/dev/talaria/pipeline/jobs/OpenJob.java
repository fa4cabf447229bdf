package dev.talaria.pipeline.jobs;

import dev.talaria.datasets.record.RecordSource;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.batch.BatchException;
import dev.talaria.pipeline.batch.BatchInput;
import dev.talaria.pipeline.batch.BatchJob;
import dev.talaria.pipeline.batch.BatchProgress;
import dev.talaria.pipeline.batch.BatchRun;
import dev.talaria.pipeline.batch.JobFolder;
import dev.talaria.pipeline.batch.Split;
import dev.talaria.pipeline.batch.SplitRecord;
import dev.talaria.pipeline.config.PipelineConfig;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A job of another process, made ready: its input is there and the same.
final class OpenJob implements Closeable {

    private final BatchJob job;
    private final JobFolder folder;
    private final RecordSource source;

    private OpenJob(BatchJob job, JobFolder folder, RecordSource source) {
        this.job = job;
        this.folder = folder;
        this.source = source;
    }

    /// @throws BatchException where there is no such job, or this process would answer otherwise
    ///   than others
    static OpenJob at(Path path, PipelineConfig config, InferenceOperator operator)
            throws IOException {
        JobFolder folder = JobFolder.at(path);
        BatchJob job = folder.job().orElseThrow();
        requireSame(
                "inference.kv.type", job.engine().kvType(), config.operator().serving().kvType());
        requireSame(
                "inference.context.tokens",
                job.engine().contextTokens(),
                config.operator().contextTokens());
        folder.pinModel(operator.model().sha256());
        Path input = Path.of(job.input().path());
        String sha256 = BatchInput.sha256(input, job.input().kind());
        if (!sha256.equals(job.input().sha256())) {
            throw new BatchException(
                    "%s: it is not the input that the job was begun with (SHA-256 %s…, not %s…); is it the same file system as the publisher's?"
                            .formatted(
                                    input,
                                    sha256.substring(0, 12),
                                    job.input().sha256().substring(0, 12)));
        }
        return new OpenJob(
                job,
                folder,
                BatchInput.open(input, job.input().kind(), job.output().rowsPerSplit()));
    }

    private static void requireSame(String name, Object asked, Object here) {
        if (!asked.equals(here)) {
            throw new BatchException(
                    "%s: the job was begun with %s, this worker has %s; set it alike"
                            .formatted(name, asked, here));
        }
    }

    boolean isAt(Path path) {
        return folder.path().equals(path);
    }

    /// Whether it is still the job that it was.
    boolean isCurrent() throws IOException {
        return folder.job().filter(job::equals).isPresent();
    }

    boolean isDone(Split split) {
        return folder.isDone(split.index());
    }

    /// Works on the split; its record, or none where someone else was first.
    List<SplitRecord> run(Split split, InferenceOperator operator, int inFlightMax)
            throws IOException {
        try (BatchRun run =
                new BatchRun(job, folder, source, operator, inFlightMax, BatchProgress.SILENT)) {
            return run.run(List.of(split));
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
