package dev.talaria.pipeline.batch;

/// Rows that are committed together.
///
/// @param index among the splits of the job
/// @param firstRow of the input
/// @param rows how many
public record Split(int index, long firstRow, long rows) {

    /// The row after the last.
    long endRow() {
        return firstRow + rows;
    }
}
