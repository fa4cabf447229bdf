package dev.talaria.datasets.parquet;

import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.record.RecordFormatException;

import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.schema.MessageType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/// What stands at the end of a Parquet file: its schema and where its row groups are.
///
/// @param start where the footer begins, and so all pages end
/// @param writer the program that wrote the file, as far as it says so
record ParquetFooter(MessageType schema, List<RowGroup> groups, long start, String writer) {

    private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
    private static final byte[] ENCRYPTED = {'P', 'A', 'R', 'E'};
    private static final int TRAILER = 8;
    private static final int MAX_SCHEMA_DEPTH = 64;

    /// Reads the footer; the file's pages are not looked at.
    static ParquetFooter read(FileChannel channel, String file) throws IOException {
        long size = channel.size();
        if (size < MAGIC.length + TRAILER) {
            throw new RecordFormatException(
                    file, "offset 0", "%d bytes are no Parquet file".formatted(size));
        }
        byte[] trailer = read(channel, size - TRAILER, TRAILER);
        if (ends(trailer, ENCRYPTED)) {
            throw new RecordFormatException(
                    file,
                    "offset " + (size - 4),
                    "the footer is encrypted; decrypt the file first");
        }
        if (!ends(trailer, MAGIC)) {
            throw new RecordFormatException(
                    file,
                    "offset " + (size - 4),
                    "PAR1 is not at the end; the file is not whole, or no Parquet file");
        }
        long length = ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN).getInt();
        long start = size - TRAILER - length;
        if (length < 0 || start < MAGIC.length) {
            throw new RecordFormatException(
                    file,
                    "offset " + (size - TRAILER),
                    "a footer of %d bytes in a file of %d".formatted(length, size));
        }
        try {
            return parse(read(channel, start, (int) length), start);
        } catch (CorruptDataException | ThriftGuard.EndOfBytes e) {
            throw new RecordFormatException(file, "footer at offset " + start, e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new RecordFormatException(
                    file, "footer at offset " + start, "cannot be read: " + e.getMessage(), e);
        }
    }

    private static ParquetFooter parse(byte[] bytes, long start)
            throws IOException, ThriftGuard.EndOfBytes {
        ThriftGuard.endOf(bytes, 0, bytes.length, bytes.length);
        FileMetaData meta = Util.readFileMetaData(new ByteArrayInputStream(bytes));
        if (meta.isSetEncryption_algorithm()) {
            throw new CorruptDataException("columns are encrypted; decrypt the file first");
        }
        checkTree(meta.getSchema());
        List<RowGroup> groups = List.copyOf(meta.getRow_groups());
        for (RowGroup group : groups) {
            if (group.getNum_rows() < 0) {
                throw new CorruptDataException(
                        "a row group of %d rows".formatted(group.getNum_rows()));
            }
        }
        // The rest of the metadata is read here as it is needed, and only as far.
        meta.setRow_groups(new ArrayList<>());
        MessageType schema =
                new ParquetMetadataConverter()
                        .fromParquetMetadata(meta)
                        .getFileMetaData()
                        .getSchema();
        String writer = meta.getCreated_by() == null ? "" : meta.getCreated_by();
        return new ParquetFooter(schema, groups, start, writer);
    }

    // The elements are a tree in the order of a walk: each says how many children follow.
    private static void checkTree(List<SchemaElement> elements) throws CorruptDataException {
        if (elements.isEmpty()) {
            throw new CorruptDataException("there is no schema");
        }
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) {
                while (!open.isEmpty() && open.getLast() == 0) {
                    open.removeLast();
                }
                if (open.isEmpty()) {
                    throw new CorruptDataException("schema element %d has no parent".formatted(i));
                }
                open.set(open.size() - 1, open.getLast() - 1);
            }
            int children = elements.get(i).getNum_children();
            if (children < 0 || children > elements.size()) {
                throw new CorruptDataException(
                        "schema element %d has %d children".formatted(i, children));
            }
            open.add(children);
            if (open.size() > MAX_SCHEMA_DEPTH) {
                throw new CorruptDataException(
                        "columns nested more than %d deep".formatted(MAX_SCHEMA_DEPTH));
            }
        }
        if (open.stream().anyMatch(left -> left > 0)) {
            throw new CorruptDataException("the schema ends early");
        }
    }

    /// Bytes of the file.
    static byte[] read(FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw new CorruptDataException(
                        "the file ends at offset " + (offset + bytes.position()));
            }
        }
        return bytes.array();
    }

    private static boolean ends(byte[] trailer, byte[] magic) {
        for (int i = 0; i < magic.length; i++) {
            if (trailer[TRAILER - magic.length + i] != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
