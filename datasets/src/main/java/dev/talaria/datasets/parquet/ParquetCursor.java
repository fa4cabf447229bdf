package dev.talaria.datasets.parquet;

import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Goes through the rows of some row groups.
final class ParquetCursor implements RecordCursor {

    private final ParquetSource source;
    private final MessageColumnIO columns;
    private final int end;
    private int group;
    private int nextGroup;
    private long row = -1;
    private long leftInGroup;
    private @Nullable RecordReader<Row> reader;

    ParquetCursor(ParquetSource source, int first, int end) {
        this.source = source;
        this.columns =
                new ColumnIOFactory(source.footer().writer())
                        .getColumnIO(source.schema(), source.footer().schema());
        this.nextGroup = first;
        this.group = -1;
        this.end = end;
    }

    @Override
    public @Nullable Row next() throws IOException {
        while (leftInGroup == 0) {
            if (nextGroup == end) {
                return null;
            }
            begin(source.group(nextGroup++));
        }
        try {
            Row next = reader == null ? new Row(source.type(), List.of()) : reader.read();
            leftInGroup--;
            row++;
            return next;
        } catch (RuntimeException e) {
            throw failure(row + 1, e);
        }
    }

    private void begin(RowGroup next) throws IOException {
        group = next.index();
        row = next.firstRow() - 1;
        try {
            if (!source.type().fields().isEmpty()) {
                RowConverter rows = new RowConverter(source.schema(), source.type());
                reader = columns.getRecordReader(pages(next), rows);
            }
            leftInGroup = next.rows();
        } catch (CorruptDataException | RuntimeException e) {
            throw failure(next.firstRow(), e);
        }
    }

    private PageReadStore pages(RowGroup next) throws CorruptDataException {
        Map<List<String>, ColumnMetaData> chunks = new HashMap<>();
        for (ColumnChunk chunk : source.chunks(next.index()).getColumns()) {
            ColumnMetaData meta = chunk.getMeta_data();
            if (meta != null && !chunk.isSetFile_path()) {
                chunks.put(meta.getPath_in_schema(), meta);
            }
        }
        Map<List<String>, ColumnPages> pages = new HashMap<>();
        for (ColumnDescriptor column : source.schema().getColumns()) {
            List<String> path = Arrays.asList(column.getPath());
            pages.put(path, pages(column, chunks.get(path), next));
        }
        return new PageReadStore() {
            @Override
            public PageReader getPageReader(ColumnDescriptor column) {
                return Objects.requireNonNull(pages.get(Arrays.asList(column.getPath())));
            }

            @Override
            public long getRowCount() {
                return next.rows();
            }
        };
    }

    private ColumnPages pages(ColumnDescriptor column, @Nullable ColumnMetaData meta, RowGroup next)
            throws CorruptDataException {
        String name = String.join(".", column.getPath());
        if (meta == null) {
            throw new CorruptDataException(
                    "the file holds no pages of column '%s'".formatted(name));
        }
        String physical = column.getPrimitiveType().getPrimitiveTypeName().name();
        if (meta.getType() == null || !sameType(meta.getType().name(), physical)) {
            throw new CorruptDataException(
                    "column '%s' has pages of %s; the schema says %s"
                            .formatted(name, meta.getType(), physical));
        }
        long values = meta.getNum_values();
        boolean isFlat = column.getMaxRepetitionLevel() == 0;
        if (values < next.rows() || isFlat && values != next.rows()) {
            throw new CorruptDataException(
                    "column '%s' has %d values for %d rows".formatted(name, values, next.rows()));
        }
        return new ColumnPages(
                source.channel(), source.name(), column, meta, source.footer().start());
    }

    // The format's names of the physical types, but for one, are those of the library.
    private static boolean sameType(String format, String library) {
        return library.equals(format.equals("BYTE_ARRAY") ? "BINARY" : format);
    }

    private IOException failure(long atRow, Exception cause) {
        if (cause instanceof UncheckedIOException unchecked) {
            return Objects.requireNonNull(unchecked.getCause());
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
            if (root instanceof RecordFormatException format) {
                return format;
            }
        }
        String finding = root.getMessage() == null ? root.toString() : root.getMessage();
        return new RecordFormatException(
                source.name(), "row group %d, row %d".formatted(group, atRow), finding, cause);
    }

    @Override
    public long row() {
        return row;
    }

    @Override
    public int group() {
        return row < 0 ? -1 : group;
    }

    @Override
    public void close() {
        reader = null;
        leftInGroup = 0;
        nextGroup = end;
    }
}
