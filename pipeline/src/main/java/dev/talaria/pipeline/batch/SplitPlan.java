package dev.talaria.pipeline.batch;

import dev.talaria.datasets.filter.RowFilter;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How the rows of an input are cut into splits: at the ends of its row groups, and within them
/// after so many rows. The same at every start.
public final class SplitPlan {

    private SplitPlan() {}

    /// The splits of the first `rows` rows.
    static List<Split> of(RecordSource source, long rows, int rowsPerSplit) throws IOException {
        List<Split> splits = new ArrayList<>();
        for (RowGroup group : source.groups()) {
            long end = Math.min(rows, group.firstRow() + group.rows());
            for (long first = group.firstRow(); first < end; first += rowsPerSplit) {
                splits.add(new Split(splits.size(), first, Math.min(rowsPerSplit, end - first)));
            }
        }
        return List.copyOf(splits);
    }

    /// How many rows have to be looked at for that many wanted ones.
    ///
    /// @param limit the most wanted rows; empty for all
    public static long rows(RecordSource source, Optional<RowFilter> where, Optional<Long> limit)
            throws IOException {
        long all = source.rows();
        if (limit.isEmpty()) {
            return all;
        }
        if (where.isEmpty() || limit.get() == 0) {
            return Math.min(all, limit.get());
        }
        long wanted = 0;
        try (RecordCursor cursor = source.read()) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                wanted += where.get().matches(row) ? 1 : 0;
                if (wanted == limit.get()) {
                    return cursor.row() + 1;
                }
            }
        }
        return all;
    }
}
