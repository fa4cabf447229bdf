package dev.talaria.datasets.record;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Goes through rows once. Holds what it needs for the place it is at, not the rows before or
/// after. For one thread.
public interface RecordCursor extends Closeable {

    /// The next row, or null after the last.
    @Nullable Row next() throws IOException;

    /// The place of the row that was last returned among all rows of the source, from 0; -1 before
    /// the first.
    long row();

    /// The group of the row that was last returned; -1 before the first.
    int group();

    /// Up to `rows` next rows; empty after the last.
    default List<Row> nextBatch(int rows) throws IOException {
        List<Row> batch = new ArrayList<>();
        while (batch.size() < rows) {
            Row row = next();
            if (row == null) {
                break;
            }
            batch.add(row);
        }
        return batch;
    }

    @Override
    void close() throws IOException;
}
