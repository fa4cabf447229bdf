package dev.talaria.datasets.parquet;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.RowGroup;

import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A Parquet file. Its groups are its row groups, but for empty ones. What is held in memory is one
/// page and one dictionary of each column that is read.
///
/// Reads uncompressed, snappy, gzip, zstd, LZ4 and Brotli pages of versions 1 and 2 in all
/// encodings; not LZO, and no encrypted files. `int96` becomes a timestamp without a zone, UUIDs
/// their text. Checksums of pages are checked where there are any.
public final class ParquetSource implements RecordSource {

    private final String name;
    private final FileChannel channel;
    private final ParquetFooter footer;
    private final MessageType schema;
    private final RecordType type;
    private final List<RowGroup> groups = new ArrayList<>();
    private final List<org.apache.parquet.format.RowGroup> chunks = new ArrayList<>();

    private ParquetSource(
            Path file, FileChannel channel, ParquetFooter footer, MessageType schema) {
        this.name = file.toString();
        this.channel = channel;
        this.footer = footer;
        this.schema = schema;
        this.type = ParquetTypes.record(schema);
        long first = 0;
        for (org.apache.parquet.format.RowGroup group : footer.groups()) {
            if (group.getNum_rows() > 0) {
                groups.add(new RowGroup(groups.size(), first, group.getNum_rows()));
                chunks.add(group);
                first = Math.addExact(first, group.getNum_rows());
            }
        }
    }

    /// Opens the file and reads its footer.
    ///
    /// @throws RecordFormatException where it is no whole Parquet file
    /// @throws IllegalArgumentException where it has no such column
    public static ParquetSource open(Path file, ReadOptions options) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            ParquetFooter footer = ParquetFooter.read(channel, file.toString());
            MessageType schema = projected(file, footer, options.columns());
            return new ParquetSource(file, channel, footer, schema);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static MessageType projected(Path file, ParquetFooter footer, List<String> columns)
            throws RecordFormatException {
        MessageType schema = footer.schema();
        RecordType whole;
        try {
            whole = ParquetTypes.record(schema);
        } catch (IllegalArgumentException e) {
            throw new RecordFormatException(
                    file.toString(), "footer at offset " + footer.start(), e.getMessage(), e);
        }
        if (columns.isEmpty()) {
            return schema;
        }
        List<Type> fields = new ArrayList<>();
        for (Field field : whole.project(columns).fields()) {
            fields.add(schema.getType(field.name()));
        }
        return new MessageType(schema.getName(), fields);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public List<RowGroup> groups() {
        return List.copyOf(groups);
    }

    @Override
    public RecordCursor read(int first, int end) {
        Objects.checkFromToIndex(first, end, groups.size());
        return new ParquetCursor(this, first, end);
    }

    FileChannel channel() {
        return channel;
    }

    ParquetFooter footer() {
        return footer;
    }

    MessageType schema() {
        return schema;
    }

    RowGroup group(int index) {
        return groups.get(index);
    }

    org.apache.parquet.format.RowGroup chunks(int index) {
        return chunks.get(index);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
