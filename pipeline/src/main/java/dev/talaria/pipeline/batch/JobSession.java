package dev.talaria.pipeline.batch;

import dev.talaria.datasets.record.RecordSource;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One process at a job: from finding how far it is to its output.
///
/// What may end it between any two steps is met by the next session: the work that was committed is
/// kept, the rest done again.
public final class JobSession implements Closeable {

    /// What is done with what is there already.
    ///
    /// @param restart begin anew, whatever was done
    /// @param overwrite replace an output that another job wrote
    public record Start(boolean restart, boolean overwrite) {}

    private final BatchJob job;
    private final JobFolder folder;
    private final OutputRows rows;
    private final List<Split> splits;
    private final Optional<JobReport> finished;
    private final boolean isResumed;

    private JobSession(
            BatchJob job,
            JobFolder folder,
            RecordSource source,
            Optional<JobReport> finished,
            boolean isResumed)
            throws IOException {
        this.job = job;
        this.folder = folder;
        this.rows = new OutputRows(job, source.type());
        this.splits = SplitPlan.of(source, job.selection().rows(), job.output().rowsPerSplit());
        this.finished = finished;
        this.isResumed = isResumed;
    }

    /// Begins the job, or goes on with it. Until it is closed nobody else does.
    ///
    /// @param source the job's input
    /// @throws BatchException where another process is at it, another job was begun or has written
    ///   there, or the folder cannot be written
    public static JobSession open(BatchJob job, RecordSource source, Start start)
            throws IOException {
        JobFolder folder = JobFolder.of(job.outputPath());
        folder.lock();
        try {
            return open(job, folder, source, start);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /// Looks whether there is room for an output, which takes no time: a model takes long to load.
    ///
    /// @throws BatchException where another job has written there
    public static void requireRoom(BatchJob job, Start start) throws IOException {
        boolean isOurs =
                JobFolder.of(job.outputPath()).job().isPresent()
                        || JobReport.of(job.outputPath()).isPresent();
        if (!isOurs && !start.overwrite()) {
            requireAbsent(job.outputPath());
            requireAbsent(job.rejectedPath());
        }
    }

    private static JobSession open(BatchJob job, JobFolder folder, RecordSource source, Start start)
            throws IOException {
        Optional<BatchJob> begun = start.restart() ? Optional.empty() : folder.job();
        if (begun.isPresent()) {
            requireSame(begun.get(), job, folder.path());
            return new JobSession(job, folder, source, Optional.empty(), true);
        }
        Optional<JobReport> report =
                start.restart() || start.overwrite()
                        ? Optional.empty()
                        : JobReport.of(job.outputPath());
        if (report.isPresent()
                && Files.exists(job.outputPath())
                && report.get().job().differences(job).isEmpty()) {
            folder.delete();
            return new JobSession(job, folder, source, report, true);
        }
        if (!start.overwrite()) {
            requireAbsent(job.outputPath());
            requireAbsent(job.rejectedPath());
        }
        folder.begin(job);
        return new JobSession(job, folder, source, Optional.empty(), false);
    }

    private static void requireSame(BatchJob begun, BatchJob job, Path folder) {
        List<String> differences = begun.differences(job);
        if (!differences.isEmpty()) {
            throw new BatchException(
                    "%s: a job was begun with other options: %s; give the same ones to go on, or --restart to begin anew"
                            .formatted(folder, String.join("; ", differences)));
        }
    }

    private static void requireAbsent(Path output) {
        if (Files.exists(output)) {
            throw new BatchException(
                    output
                            + ": is there already; name another output, or replace it with"
                            + " --overwrite");
        }
    }

    public JobFolder folder() {
        return folder;
    }

    /// The report of a job that was finished before; then there is nothing to do.
    public Optional<JobReport> finished() {
        return finished;
    }

    /// Whether something of it had been done before.
    public boolean isResumed() {
        return isResumed;
    }

    /// All splits of the job.
    public List<Split> splits() {
        return splits;
    }

    /// Those that are not committed.
    public List<Split> open() throws IOException {
        Map<Integer, SplitRecord> records = folder.records();
        return splits.stream().filter(split -> !records.containsKey(split.index())).toList();
    }

    /// What is committed so far.
    public JobReport.Totals totals() throws IOException {
        return JobReport.Totals.of(folder.records().values());
    }

    /// Makes the output of what is committed, which has to be all, and ends the job.
    public JobReport finish() throws IOException {
        Map<Integer, SplitRecord> records = folder.records();
        if (records.size() != splits.size()) {
            throw new IllegalStateException(
                    "%d of %d splits are done".formatted(records.size(), splits.size()));
        }
        new Assembly(job, folder).run(records.values(), rows);
        JobReport report = new JobReport(job, JobReport.Totals.of(records.values()));
        report.write();
        folder.delete();
        return report;
    }

    /// Lets others at the job.
    @Override
    public void close() throws IOException {
        folder.close();
    }
}
