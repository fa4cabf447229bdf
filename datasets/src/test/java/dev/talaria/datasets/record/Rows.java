package dev.talaria.datasets.record;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Whole files in and out, for tests.
public final class Rows {

    private Rows() {}

    public static List<Row> all(RecordSource source) throws IOException {
        try (RecordCursor cursor = source.read()) {
            return all(cursor);
        }
    }

    public static List<Row> all(RecordCursor cursor) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Row row = cursor.next(); row != null; row = cursor.next()) {
            rows.add(row);
        }
        return rows;
    }

    public static void write(RecordSink sink, List<Row> rows) throws IOException {
        try (sink) {
            for (Row row : rows) {
                sink.write(row);
            }
            sink.finish();
        }
    }
}
