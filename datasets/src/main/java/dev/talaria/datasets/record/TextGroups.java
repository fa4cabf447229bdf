package dev.talaria.datasets.record;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;

/// The groups of a file that has none of its own: so many rows each, the last one fewer.
public final class TextGroups {

    private TextGroups() {}

    /// The groups of so many rows, made as they are asked for.
    ///
    /// @throws ArithmeticException where an int does not number them
    public static List<RowGroup> of(long rows, int rowsPerGroup) {
        int count = Math.toIntExact(Math.ceilDiv(rows, rowsPerGroup));
        return new AbstractList<>() {
            @Override
            public RowGroup get(int index) {
                Objects.checkIndex(index, count);
                long first = (long) index * rowsPerGroup;
                return new RowGroup(index, first, Math.min(rowsPerGroup, rows - first));
            }

            @Override
            public int size() {
                return count;
            }
        };
    }
}
