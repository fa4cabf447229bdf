package dev.talaria.datasets.record;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// The rows of a file or of several, of one type, in groups that can be read from. Several cursors
/// may be open at a time, each used by one thread; they end with the source.
///
/// Damaged bytes give a [RecordFormatException] with their place, from any method that reads.
public interface RecordSource extends Closeable {

    /// How messages call it: the path of the file or folder.
    String name();

    /// The columns that are read. For a text format the first call reads the file, since its types
    /// are found by looking at the values.
    RecordType type() throws IOException;

    /// All groups in order; they cover all rows. For a text format the first call reads the file.
    List<RowGroup> groups() throws IOException;

    /// The number of rows.
    default long rows() throws IOException {
        List<RowGroup> groups = groups();
        return groups.isEmpty() ? 0 : groups.getLast().firstRow() + groups.getLast().rows();
    }

    /// The rows of groups `first` to `end - 1`, in order.
    ///
    /// @throws IndexOutOfBoundsException where there are no such groups
    RecordCursor read(int first, int end) throws IOException;

    /// All rows in order.
    default RecordCursor read() throws IOException {
        return read(0, groups().size());
    }

    @Override
    void close() throws IOException;
}
