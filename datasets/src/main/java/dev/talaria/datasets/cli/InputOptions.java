package dev.talaria.datasets.cli;

import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordSource;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What is read, and what of it.
final class InputOptions {

    @Parameters(
            index = "0",
            paramLabel = "IN",
            description =
                    "A file, or a folder whose data files are read one after the other; binary"
                            + " formats are known by their first bytes, text by the name's ending,"
                            + " also with .gz or .zst.")
    private Path input;

    @Option(
            names = "--columns",
            paramLabel = "NAMES",
            split = ",",
            description = "Only these columns, in this order: a,b,c.")
    private List<String> columns = new ArrayList<>();

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description = "Of a folder, only the files of this split: train, test, validation.")
    private @Nullable String split;

    @Option(names = "--text", description = "Take all values of CSV files as text.")
    private boolean text;

    @Option(names = "--verbose", description = "Add the stack trace to a failure.")
    private boolean verbose;

    /// Opens the input, and looks at its columns.
    RecordSource open(long firstRows) throws IOException {
        try {
            return opened(firstRows);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(input.toString())
                    ? e
                    : new IllegalArgumentException(input + ": " + message, e);
        }
    }

    private RecordSource opened(long firstRows) throws IOException {
        ReadOptions options =
                ReadOptions.DEFAULT
                        .withColumns(columns)
                        .withInferTypes(!text)
                        .withFirstRows(firstRows);
        RecordSource source =
                RecordFiles.open(input, split == null ? options : options.withSplit(split));
        try {
            source.type();
            return source;
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    Path input() {
        return input;
    }
}
