package dev.talaria.pipeline.batch;

import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// Rows by their place in the input; those that follow each other are read on, others are gone to.
final class RowSequence implements Closeable {

    private final RecordSource source;
    private RecordCursor cursor;
    private long next = -1;

    RowSequence(RecordSource source) {
        this.source = source;
    }

    /// The row at that place.
    Row at(long place) throws IOException {
        if (cursor == null || place != next) {
            goTo(place);
        }
        Row row = cursor.next();
        if (row == null) {
            throw new BatchException(
                    "%s: it ends before row %d; it was changed while it was read: begin anew with --restart"
                            .formatted(source.name(), place));
        }
        next = place + 1;
        return row;
    }

    private void goTo(long place) throws IOException {
        close();
        List<RowGroup> groups = source.groups();
        int group = groupOf(groups, place);
        cursor = source.read(group, groups.size());
        for (long i = groups.get(group).firstRow(); i < place; i++) {
            cursor.next();
        }
    }

    private static int groupOf(List<RowGroup> groups, long place) {
        int low = 0;
        int high = groups.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (groups.get(middle).firstRow() <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    @Override
    public void close() throws IOException {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }
}
