package dev.talaria.datasets.record;

import java.math.BigDecimal;
import java.util.List;

/// About how many bytes the values of a row take in a file that is not compressed.
public final class RowSize {

    private static final int NUMBER = 8;

    private RowSize() {}

    /// The size of all values of the row.
    public static long of(Row row) {
        return all(row.values());
    }

    private static long all(List<Value> values) {
        long size = 0;
        for (Value value : values) {
            size += of(value);
        }
        return size;
    }

    private static long of(Value value) {
        return switch (value) {
            case Value.Null _, Value.Bool _ -> 1;
            case Value.Text(String text) -> NUMBER + (long) text.length();
            case Value.Json(String text) -> NUMBER + (long) text.length();
            case Value.Binary(byte[] bytes) -> NUMBER + (long) bytes.length;
            case Value.Decimal(BigDecimal number) -> number.precision() / 2 + 1L;
            case Value.Elements(List<Value> values) -> NUMBER + all(values);
            case Value.Struct(List<Value> values) -> all(values);
            case Value.Entries(List<Value.Entry> entries) -> {
                long size = NUMBER;
                for (Value.Entry entry : entries) {
                    size += of(entry.key()) + of(entry.value());
                }
                yield size;
            }
            case Value.Int _,
                    Value.Real _,
                    Value.Date _,
                    Value.Time _,
                    Value.Timestamp _,
                    Value.LocalTimestamp _,
                    Value.Span _,
                    Value.Interval _ ->
                    NUMBER;
        };
    }
}
