package dev.talaria.datasets.arrow;

import dev.talaria.datasets.arrow.ArrowMessages.Located;
import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;
import dev.talaria.datasets.record.Value;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collections;

/// Goes through the rows of some record batches.
final class ArrowCursor implements RecordCursor {

    private final ArrowSource source;
    private final ArrowDictionaries dictionaries;
    private final ArrowVector[] vectors;
    private final int end;
    private int nextMessage;
    private int group = -1;
    private int nextGroup;
    private long row = -1;
    private long inBatch;
    private long rowsInBatch;

    ArrowCursor(ArrowSource source, int first, int end) {
        this.source = source;
        this.dictionaries = new ArrowDictionaries(source.messages().schema());
        this.vectors = new ArrowVector[source.type().fields().size()];
        this.nextGroup = first;
        this.end = end;
    }

    @Override
    public @Nullable Row next() throws RecordFormatException {
        if (inBatch == rowsInBatch) {
            if (nextGroup == end) {
                return null;
            }
            begin(source.group(nextGroup++));
        }
        try {
            Value[] values = new Value[vectors.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = vectors[i].get(inBatch);
            }
            inBatch++;
            row++;
            return new Row(source.type(), Collections.unmodifiableList(Arrays.asList(values)));
        } catch (RuntimeException e) {
            throw new RecordFormatException(
                    source.name(),
                    "record batch %d, row %d".formatted(group, row + 1),
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    private void begin(RowGroup next) throws RecordFormatException {
        int batch = source.batch(next.index());
        Located message = source.messages().batches().get(batch);
        try {
            for (; nextMessage <= batch; nextMessage++) {
                for (Located dictionary : source.messages().dictionaries().get(nextMessage)) {
                    dictionaries.take(dictionary);
                }
            }
            BatchReader reader =
                    new BatchReader(message.batch(), message.body(), dictionaries.values());
            for (ArrowField column : source.columns()) {
                int place = source.type().indexOf(column.name());
                if (place < 0) {
                    reader.skip(column);
                } else {
                    vectors[place] = reader.read(column);
                }
            }
        } catch (CorruptDataException | RuntimeException e) {
            throw new RecordFormatException(
                    source.name(),
                    "record batch %d at offset %d".formatted(next.index(), message.offset()),
                    String.valueOf(e.getMessage()),
                    e);
        }
        group = next.index();
        row = next.firstRow() - 1;
        inBatch = 0;
        rowsInBatch = next.rows();
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
        nextGroup = end;
        inBatch = 0;
        rowsInBatch = 0;
    }
}
