package dev.talaria.eval.suite;

import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows that are evaluated, all in memory.
///
/// @param name as it was named
/// @param split of a folder that was chosen
/// @param sha256 digest of the rows
public record Dataset(String name, Optional<String> split, List<DatasetRow> rows, String sha256) {

    private static final JsonMapper JSON = JsonMapper.shared();

    public Dataset {
        rows = List.copyOf(rows);
    }

    /// Reads a file or a folder of any format of [RecordFiles].
    ///
    /// @throws IOException where it cannot be read
    /// @throws IllegalArgumentException where nothing of it is chosen, or an option does not fit
    public static Dataset read(Path path, Optional<String> split, RowSelection selection)
            throws IOException {
        ReadOptions options = ReadOptions.DEFAULT;
        if (split.isPresent()) {
            options = options.withSplit(split.get());
        }
        List<DatasetRow> rows = new ArrayList<>();
        Sha256 digest = new Sha256();
        try (RecordSource source = RecordFiles.open(path, options);
                RecordCursor cursor = source.read()) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                long number = cursor.row();
                if (rows.size() >= selection.limit() || selection.isBehind(number)) {
                    break;
                }
                if (selection.takes(number)) {
                    String text = JsonWriting.text(row);
                    digest.add(number + "\t" + text + "\n");
                    rows.add(new DatasetRow(number, JSON.readTree(text)));
                }
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: none of its rows is chosen; check --rows and --split".formatted(path));
        }
        return new Dataset(path.toString(), split, rows, digest.hex());
    }

    /// The chosen ones of rows that were read in another way, numbered from 0.
    ///
    /// @throws IllegalArgumentException where none is chosen
    public static Dataset of(String name, List<? extends JsonNode> rows, RowSelection selection) {
        List<DatasetRow> chosen = new ArrayList<>();
        Sha256 digest = new Sha256();
        for (int number = 0; number < rows.size() && chosen.size() < selection.limit(); number++) {
            if (selection.takes(number)) {
                digest.add(number + "\t" + rows.get(number) + "\n");
                chosen.add(new DatasetRow(number, rows.get(number)));
            }
        }
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: none of its %d rows is chosen; check --rows".formatted(name, rows.size()));
        }
        return new Dataset(name, Optional.empty(), chosen, digest.hex());
    }
}
