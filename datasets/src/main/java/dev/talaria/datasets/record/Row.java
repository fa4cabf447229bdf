package dev.talaria.datasets.record;

import java.util.List;

/// One record: a value for each column of its type, in its order.
///
/// The values are not checked against the type here; a [RecordSink] does that, and a [RecordSource]
/// keeps to it.
public record Row(RecordType type, List<Value> values) {

    public Row {
        if (values.size() != type.fields().size()) {
            throw new IllegalArgumentException(
                    "%d values for the %d columns %s"
                            .formatted(values.size(), type.fields().size(), type));
        }
    }

    public static Row of(RecordType type, Value... values) {
        return new Row(type, List.of(values));
    }

    /// The value of a column.
    ///
    /// @throws IllegalArgumentException where there is no such column
    public Value value(String column) {
        int place = type.indexOf(column);
        if (place < 0) {
            throw new IllegalArgumentException(
                    "there is no column '%s'; there are %s"
                            .formatted(column, String.join(", ", type.names())));
        }
        return values.get(place);
    }
}
