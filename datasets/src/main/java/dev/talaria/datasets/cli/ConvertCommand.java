package dev.talaria.datasets.cli;

import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.WriteOptions;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes the records of a file or folder in another format.
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = {
            "Write the records of a file or folder in another format, row by row, however many"
                    + " there are.",
            "The format is that of OUT's ending: .parquet, .arrow, .arrows (a stream), .jsonl,"
                    + " .json, .csv, .tsv; of texts, also with .gz or .zst. OUT appears when it is"
                    + " whole."
        })
final class ConvertCommand implements Callable<Integer> {

    private static final Pattern GROUPS = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    @Mixin private InputOptions input;

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
    private Path output;

    @Option(
            names = "--row-groups",
            paramLabel = "FROM-TO",
            description =
                    "Only these row groups, counted from 0, the last one included: 3 or 0-3. Record"
                            + " batches of Arrow; a thousand rows of a text file.")
    private @Nullable String rowGroups;

    @Option(
            names = "--compression",
            paramLabel = "HOW",
            description =
                    "none, snappy, gzip or zstd for Parquet; none or zstd for Arrow. zstd if left"
                            + " out. Text files are compressed if OUT ends in .gz or .zst.")
    private @Nullable Compression compression;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description =
                    "Rows in a row group or record batch, which is held in memory until it is"
                            + " written (default: ${DEFAULT-VALUE}).")
    private int batch = WriteOptions.DEFAULT.rowsPerGroup();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (batch < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--batch: " + batch + " is below 1 row");
        }
        Matcher groups = rowGroups == null ? null : GROUPS.matcher(rowGroups);
        if (groups != null && !groups.matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--row-groups: '%s' is no range such as 0-3".formatted(rowGroups));
        }
        if (Files.exists(output)
                && Files.exists(input.input())
                && Files.isSameFile(output, input.input())) {
            throw new ParameterException(
                    spec.commandLine(), output + ": is the file to read; name another to write");
        }
        try (RecordSource source = input.open(Long.MAX_VALUE)) {
            int first = groups == null ? 0 : Integer.parseInt(groups.group(1));
            int end = groups == null ? source.groups().size() : end(groups);
            if (groups != null) {
                check(source, first, end);
            }
            copy(source, first, end);
        }
        return 0;
    }

    private void copy(RecordSource source, int first, int end) throws IOException {
        try (RecordCursor cursor = source.read(first, end);
                RecordSink sink = RecordFiles.create(output, source.type(), options())) {
            long rows = RecordFiles.copy(cursor, sink);
            sink.finish();
            spec.commandLine()
                    .getErr()
                    .printf(
                            "%d %s, %d columns: %s%n",
                            rows,
                            rows == 1 ? "row" : "rows",
                            source.type().fields().size(),
                            output);
        }
    }

    private WriteOptions options() {
        boolean isBinary = RecordFiles.isBinary(output);
        Compression how =
                compression != null ? compression : isBinary ? Compression.ZSTD : Compression.NONE;
        return WriteOptions.DEFAULT.withRowsPerGroup(batch).withCompression(how);
    }

    private static int end(Matcher groups) {
        String last = groups.group(2);
        return Integer.parseInt(last == null ? groups.group(1) : last) + 1;
    }

    private void check(RecordSource source, int first, int end) throws IOException {
        int count = source.groups().size();
        if (first >= end || end > count) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--row-groups %s: %s has %d, numbered from 0"
                            .formatted(rowGroups, source.name(), count));
        }
    }
}
