package dev.talaria.eval.suite;

import java.io.IOException;
import java.nio.file.Path;

/// Makes something to look at of a folder that holds a finished run.
@FunctionalInterface
public interface ReportWriter {

    /// No report.
    ReportWriter NONE = _ -> {};

    /// Writes the report into the folder, from its `results.jsonl` and `summary.json`.
    void write(Path output) throws IOException;
}
