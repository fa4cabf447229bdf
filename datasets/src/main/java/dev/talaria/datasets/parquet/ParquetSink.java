package dev.talaria.datasets.parquet;

import dev.talaria.datasets.bytes.PendingFile;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowCheck;
import dev.talaria.datasets.record.RowSize;
import dev.talaria.datasets.record.WriteOptions;

import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetFileWriter.Mode;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// Writes a Parquet file: pages of version 1 with checksums, dictionaries where they pay, indexes
/// of columns and offsets. A row group is held in memory until it ends.
///
/// Durations are written as whole numbers, and times in seconds in milliseconds: Parquet has no
/// types for them.
public final class ParquetSink implements RecordSink {

    private final RecordType type;
    private final WriteOptions options;
    private final PendingFile file;
    private final MessageType schema;
    private final MessageColumnIO columns;
    private final ParquetProperties properties;
    private final ParquetFileWriter writer;
    private @Nullable Group group;
    private boolean isEnded;

    /// The row group that is being filled.
    private static final class Group {

        private final ColumnChunkPageWriteStore pages;
        private final ColumnWriteStore store;
        private final RowWriter rows;
        private int count;
        private long bytes;

        private Group(ParquetSink sink) {
            pages =
                    new ColumnChunkPageWriteStore(
                            new PageCompressor(sink.options.compression()),
                            sink.schema,
                            sink.properties.getAllocator(),
                            sink.properties.getColumnIndexTruncateLength(),
                            true);
            store = sink.properties.newColumnWriteStore(sink.schema, pages, pages);
            rows = new RowWriter(sink.type, sink.columns.getRecordWriter(store));
        }

        private void write(Row row) {
            rows.write(row);
            store.endRecord();
            count++;
            bytes += RowSize.of(row);
        }
    }

    private ParquetSink(PendingFile file, RecordType type, WriteOptions options)
            throws IOException {
        this.file = file;
        this.type = type;
        this.options = options;
        this.schema = ParquetSchema.of(type);
        this.columns = new ColumnIOFactory(false).getColumnIO(schema);
        this.properties =
                ParquetProperties.builder()
                        .withAllocator(new HeapByteBufferAllocator())
                        .withMinRowCountForPageSizeCheck(1)
                        .withPageWriteChecksumEnabled(true)
                        .build();
        this.writer =
                new ParquetFileWriter(
                        new LocalOutputFile(file.path()),
                        schema,
                        Mode.OVERWRITE,
                        Long.MAX_VALUE,
                        0,
                        properties.getColumnIndexTruncateLength(),
                        properties.getStatisticsTruncateLength(),
                        true);
        writer.start();
    }

    /// Begins a file.
    ///
    /// @throws IllegalArgumentException where Parquet has no type for a column
    public static ParquetSink create(Path path, RecordType type, WriteOptions options)
            throws IOException {
        PendingFile file = PendingFile.at(path);
        try {
            return new ParquetSink(file, type, options);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public void write(Row row) throws IOException {
        RowCheck.check(type, row);
        if (group == null) {
            group = new Group(this);
        }
        group.write(row);
        if (group.count >= options.rowsPerGroup() || group.bytes >= options.bytesPerGroup()) {
            endGroup();
        }
    }

    @Override
    public void endGroup() throws IOException {
        if (group == null) {
            return;
        }
        Group full = group;
        group = null;
        try (full.pages) {
            writer.startBlock(full.count);
            // Closing the store would flush it once more, which fails.
            full.rows.flush();
            full.store.flush();
            full.pages.flushToFileWriter(writer);
            writer.endBlock();
        }
    }

    @Override
    public void finish() throws IOException {
        endGroup();
        isEnded = true;
        writer.end(options.metadata());
        file.commit();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (!isEnded) {
                isEnded = true;
                writer.close();
            }
        }
    }
}
