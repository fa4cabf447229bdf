package dev.talaria.datasets.record;

import java.util.List;
import java.util.Optional;

/// What of a file or folder is read, and how.
///
/// @param columns only these, in this order; empty for all
/// @param split of a folder, only the files of this split (`train`, `test`, …, as their names or
///   folders say); empty for all files
/// @param rowsPerGroup how many rows of a text file make a group
/// @param firstRows look at so many rows of a text file only, for its types as for its rows
/// @param inferTypes take the values of a CSV file for numbers, dates and so on where all of a
///   column are; otherwise everything is text
public record ReadOptions(
        List<String> columns,
        Optional<String> split,
        int rowsPerGroup,
        long firstRows,
        boolean inferTypes) {

    /// Everything, in groups of 1,000 rows, with types.
    public static final ReadOptions DEFAULT =
            new ReadOptions(List.of(), Optional.empty(), 1_000, Long.MAX_VALUE, true);

    public ReadOptions {
        columns = List.copyOf(columns);
        if (rowsPerGroup < 1) {
            throw new IllegalArgumentException("rows per group: " + rowsPerGroup + " is below 1");
        }
        if (firstRows < 0) {
            throw new IllegalArgumentException("first rows: " + firstRows + " is below 0");
        }
    }

    public ReadOptions withColumns(List<String> names) {
        return new ReadOptions(names, split, rowsPerGroup, firstRows, inferTypes);
    }

    public ReadOptions withSplit(String name) {
        return new ReadOptions(columns, Optional.of(name), rowsPerGroup, firstRows, inferTypes);
    }

    public ReadOptions withRowsPerGroup(int rows) {
        return new ReadOptions(columns, split, rows, firstRows, inferTypes);
    }

    public ReadOptions withFirstRows(long rows) {
        return new ReadOptions(columns, split, rowsPerGroup, rows, inferTypes);
    }

    public ReadOptions withInferTypes(boolean infer) {
        return new ReadOptions(columns, split, rowsPerGroup, firstRows, infer);
    }
}
