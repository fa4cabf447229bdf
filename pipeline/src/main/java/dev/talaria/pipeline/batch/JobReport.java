package dev.talaria.pipeline.batch;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/// What a finished job came to; kept beside its output, so that the same command given again finds
/// nothing to do.
///
/// @param job that was finished
/// @param totals of its rows
public record JobReport(BatchJob job, Totals totals) {

    /// @param rows of the input that were looked at
    /// @param documents of these, those that the filter left
    /// @param extracted of these, those with an extraction
    /// @param rejected the others
    /// @param promptTokens that were read
    /// @param completionTokens that were written
    public record Totals(
            long rows,
            long documents,
            long extracted,
            long rejected,
            long promptTokens,
            long completionTokens) {

        /// Of all those splits.
        public static Totals of(Collection<SplitRecord> records) {
            long rows = 0;
            long documents = 0;
            long rejected = 0;
            long promptTokens = 0;
            long completionTokens = 0;
            for (SplitRecord record : records) {
                rows += record.rows();
                documents += record.wanted();
                rejected += record.rejected();
                promptTokens += record.promptTokens();
                completionTokens += record.completionTokens();
            }
            return new Totals(
                    rows,
                    documents,
                    documents - rejected,
                    rejected,
                    promptTokens,
                    completionTokens);
        }
    }

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Where the report of that output is kept: hidden, since it is no data.
    static Path fileOf(Path output) {
        return output.resolveSibling("." + output.getFileName() + ".batch.json");
    }

    /// The report of that output; empty where there is none, or none of this version.
    static Optional<JobReport> of(Path output) throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readString(fileOf(output)), JobReport.class));
        } catch (NoSuchFileException | JacksonException _) {
            return Optional.empty();
        }
    }

    void write() throws IOException {
        JobFolder.replace(fileOf(job.outputPath()), JSON.writeValueAsString(this));
    }
}
