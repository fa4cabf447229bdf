package dev.talaria.datasets.record;

import java.io.Closeable;
import java.io.IOException;

/// Writes rows of one type into a file. The file appears under its name with [#finish] and not
/// before: what a sink that is closed without it has written is deleted. For one thread.
public interface RecordSink extends Closeable {

    /// The type of the rows.
    RecordType type();

    /// Takes one row; it may be written later, with its group.
    ///
    /// @throws IllegalArgumentException where the row does not fit the type
    void write(Row row) throws IOException;

    /// Ends the group, if it has rows: the next row begins another. Groups end by themselves where
    /// they are large enough. Formats without groups do nothing.
    void endGroup() throws IOException;

    /// Writes what is left, forces it to the disk and puts the file in its place.
    void finish() throws IOException;

    /// Ends the work; deletes what was not finished.
    @Override
    void close() throws IOException;
}
