package dev.talaria.datasets.record;

/// A run of rows that a file can be read from: a row group of Parquet, a record batch of Arrow, so
/// many rows of a text file.
///
/// The groups of a file are the same at every opening, so a job can commit by group and go on at
/// the next.
public record RowGroup(int index, long firstRow, long rows) {}
