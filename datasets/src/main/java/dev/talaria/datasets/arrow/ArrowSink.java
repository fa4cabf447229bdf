package dev.talaria.datasets.arrow;

import com.google.flatbuffers.FlatBufferBuilder;

import dev.talaria.datasets.bytes.Codecs;
import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.bytes.PendingFile;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowCheck;
import dev.talaria.datasets.record.RowSize;
import dev.talaria.datasets.record.WriteOptions;

import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes an Arrow IPC file or stream; each group is a record batch, held in memory until it ends.
/// Buffers are compressed with Zstandard where that makes them smaller, or not at all.
public final class ArrowSink implements RecordSink {

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int ALIGNMENT = 8;
    private static final int CONTINUATION = -1;

    private final RecordType type;
    private final WriteOptions options;
    private final PendingFile file;
    private final OutputStream out;
    private final boolean isStream;
    private final List<ColumnBuffers> columns = new ArrayList<>();
    private final List<Written> batches = new ArrayList<>();
    private long position;
    private int rows;
    private long bytes;

    /// Where a batch lies.
    private record Written(long offset, int metadata, long body) {}

    private ArrowSink(PendingFile file, RecordType type, WriteOptions options, boolean isStream)
            throws IOException {
        this.file = file;
        this.type = type;
        this.options = options;
        this.isStream = isStream;
        for (Field field : type.fields()) {
            columns.add(new ColumnBuffers(field.type()));
        }
        this.out = new BufferedOutputStream(Files.newOutputStream(file.path()), 1 << 16);
    }

    /// Begins a file: what can be read from any place, `.arrow` and `.feather`.
    ///
    /// @throws IllegalArgumentException for a compression that Arrow does not have
    public static ArrowSink file(Path path, RecordType type, WriteOptions options)
            throws IOException {
        return create(path, type, options, false);
    }

    /// Begins a stream, `.arrows`.
    ///
    /// @throws IllegalArgumentException for a compression that Arrow does not have
    public static ArrowSink stream(Path path, RecordType type, WriteOptions options)
            throws IOException {
        return create(path, type, options, true);
    }

    private static ArrowSink create(
            Path path, RecordType type, WriteOptions options, boolean isStream) throws IOException {
        switch (options.compression()) {
            case NONE, ZSTD -> {}
            case SNAPPY, GZIP ->
                    throw new IllegalArgumentException(
                            options.compression().label()
                                    + ": Arrow files are written with zstd or none");
        }
        PendingFile file = PendingFile.at(path);
        try {
            ArrowSink sink = new ArrowSink(file, type, options, isStream);
            sink.begin();
            return sink;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void begin() throws IOException {
        if (!isStream) {
            write(MAGIC);
            pad();
        }
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int schema = SchemaMessage.add(builder, type, options.metadata());
        message(builder, MessageHeader.Schema, schema, 0);
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public void write(Row row) throws IOException {
        RowCheck.check(type, row);
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).add(row.values().get(i));
        }
        rows++;
        bytes += RowSize.of(row);
        if (rows >= options.rowsPerGroup() || bytes >= options.bytesPerGroup()) {
            endGroup();
        }
    }

    @Override
    public void endGroup() throws IOException {
        if (rows == 0) {
            return;
        }
        List<ColumnBuffers> nodes = new ArrayList<>();
        columns.forEach(column -> collect(column, nodes));
        List<byte[]> buffers = new ArrayList<>();
        for (ColumnBuffers node : nodes) {
            node.forEach(buffers::add);
        }
        long[] lengths = new long[buffers.size()];
        long body = 0;
        for (int i = 0; i < lengths.length; i++) {
            byte[] packed = pack(buffers.get(i));
            buffers.set(i, packed);
            lengths[i] = packed.length;
            body += padded(packed.length);
        }
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int batch = batch(builder, nodes, lengths);
        long offset = position;
        message(builder, MessageHeader.RecordBatch, batch, body);
        batches.add(new Written(offset, Math.toIntExact(position - offset), body));
        for (byte[] buffer : buffers) {
            write(buffer);
            pad();
        }
        columns.forEach(ColumnBuffers::clear);
        rows = 0;
        bytes = 0;
    }

    private static void collect(ColumnBuffers column, List<ColumnBuffers> nodes) {
        nodes.add(column);
        column.children().forEach(child -> collect(child, nodes));
    }

    // The size before it; -1 where it is as it was.
    private byte[] pack(byte[] buffer) throws IOException {
        if (options.compression() == Compression.NONE || buffer.length == 0) {
            return buffer;
        }
        byte[] small = Codecs.compress(options.compression(), buffer);
        boolean pays = small.length < buffer.length;
        byte[] body = pays ? small : buffer;
        return ByteBuffer.allocate(Long.BYTES + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(pays ? buffer.length : -1)
                .put(body)
                .array();
    }

    private int batch(FlatBufferBuilder builder, List<ColumnBuffers> nodes, long[] lengths) {
        RecordBatch.startBuffersVector(builder, lengths.length);
        long[] offsets = new long[lengths.length];
        for (int i = 1; i < lengths.length; i++) {
            offsets[i] = offsets[i - 1] + padded(lengths[i - 1]);
        }
        for (int i = lengths.length - 1; i >= 0; i--) {
            Buffer.createBuffer(builder, offsets[i], lengths[i]);
        }
        int buffers = builder.endVector();
        RecordBatch.startNodesVector(builder, nodes.size());
        for (ColumnBuffers node : nodes.reversed()) {
            FieldNode.createFieldNode(builder, node.length(), node.nulls());
        }
        int fields = builder.endVector();
        int compression =
                options.compression() == Compression.NONE
                        ? 0
                        : BodyCompression.createBodyCompression(
                                builder, CompressionType.ZSTD, BodyCompressionMethod.BUFFER);
        return RecordBatch.createRecordBatch(builder, rows, fields, buffers, compression, 0);
    }

    private void message(FlatBufferBuilder builder, byte kind, int header, long body)
            throws IOException {
        builder.finish(Message.createMessage(builder, MetadataVersion.V5, kind, header, body, 0));
        byte[] message = builder.sizedByteArray();
        // Prefix, message and padding together keep what follows aligned.
        int length = (int) padded(message.length);
        write(number(CONTINUATION));
        write(number(length));
        write(message);
        pad();
    }

    @Override
    public void finish() throws IOException {
        endGroup();
        write(number(CONTINUATION));
        write(number(0));
        if (!isStream) {
            footer();
        }
        out.close();
        file.commit();
    }

    private void footer() throws IOException {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int schema = SchemaMessage.add(builder, type, options.metadata());
        Footer.startRecordBatchesVector(builder, batches.size());
        for (Written batch : batches.reversed()) {
            Block.createBlock(builder, batch.offset(), batch.metadata(), batch.body());
        }
        int blocks = builder.endVector();
        Footer.startDictionariesVector(builder, 0);
        int dictionaries = builder.endVector();
        builder.finish(
                Footer.createFooter(builder, MetadataVersion.V5, schema, dictionaries, blocks, 0));
        byte[] footer = builder.sizedByteArray();
        write(footer);
        write(number(footer.length));
        write(MAGIC);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private void write(byte[] some) throws IOException {
        out.write(some);
        position += some.length;
    }

    private void pad() throws IOException {
        write(new byte[(int) (padded(position) - position)]);
    }

    private static long padded(long size) {
        return Math.ceilDiv(size, (long) ALIGNMENT) * ALIGNMENT;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            out.close();
        }
    }
}
