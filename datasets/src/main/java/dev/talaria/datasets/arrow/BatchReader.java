package dev.talaria.datasets.arrow;

import dev.talaria.datasets.arrow.ArrowField.Layout;
import dev.talaria.datasets.bytes.Codecs;
import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/// Finds the buffers of a record batch, in the order of the schema. Compressed ones are
/// decompressed into the heap, if their column is read.
final class BatchReader {

    private static final MemorySegment EMPTY = MemorySegment.ofArray(new byte[0]);

    private final RecordBatch batch;
    private final MemorySegment body;
    private final Map<Long, LongFunction<Value>> dictionaries;
    private final @Nullable Byte codec;
    private int node;
    private int buffer;
    private int view;

    /// @param dictionaries the values of each dictionary
    BatchReader(
            RecordBatch batch, MemorySegment body, Map<Long, LongFunction<Value>> dictionaries) {
        this.batch = batch;
        this.body = body;
        this.dictionaries = dictionaries;
        BodyCompression compression = batch.compression();
        this.codec = compression == null ? null : compression.codec();
    }

    /// The values of the next field.
    ArrowVector read(ArrowField field) throws CorruptDataException {
        if (field.dictionary() != null) {
            return indices(field.dictionary());
        }
        FieldNode its = node();
        long length = its.length();
        if (field.layout() instanceof Layout.Nulls) {
            return new ArrowVector.Nulls(length);
        }
        if (field.layout() instanceof Layout.Runs) {
            ArrowVector ends = read(field.children().get(0));
            return new ArrowVector.Runs(length, ends, read(field.children().get(1)));
        }
        if (field.layout() instanceof Layout.Unions union) {
            return union(field, union, length);
        }
        MemorySegment validity = validity(its.nullCount());
        return switch (field.layout()) {
            case Layout.Bits _ -> new ArrowVector.Bits(length, validity, buffer());
            case Layout.Fixed fixed -> new ArrowVector.Fixed(length, validity, buffer(), fixed);
            case Layout.Variable(int width) ->
                    new ArrowVector.Variable(
                            length, validity, buffer(), buffer(), width, field.type());
            case Layout.View _ ->
                    new ArrowVector.View(length, validity, buffer(), views(), field.type());
            case Layout.Lists(int width) -> {
                MemorySegment offsets = buffer();
                ArrowVector child = read(field.children().getFirst());
                yield new ArrowVector.Lists(length, validity, offsets, null, width, child);
            }
            case Layout.ListViews(int width) -> {
                MemorySegment offsets = buffer();
                MemorySegment sizes = buffer();
                ArrowVector child = read(field.children().getFirst());
                yield new ArrowVector.Lists(length, validity, offsets, sizes, width, child);
            }
            case Layout.FixedLists(int size) ->
                    new ArrowVector.FixedLists(
                            length, validity, size, read(field.children().getFirst()));
            case Layout.Structs _ -> {
                List<ArrowVector> children = new ArrayList<>();
                for (ArrowField child : field.children()) {
                    children.add(read(child));
                }
                yield new ArrowVector.Structs(length, validity, children);
            }
            case Layout.Maps _ -> {
                MemorySegment offsets = buffer();
                ArrowVector entries = read(field.children().getFirst());
                yield new ArrowVector.Maps(length, validity, offsets, entries);
            }
            case Layout.Nulls _, Layout.Runs _, Layout.Unions _ ->
                    throw new IllegalStateException("column '%s'".formatted(field.name()));
        };
    }

    private ArrowVector union(ArrowField field, Layout.Unions layout, long length)
            throws CorruptDataException {
        MemorySegment codes = buffer();
        MemorySegment offsets = layout.isDense() ? buffer() : null;
        List<ArrowVector> children = new ArrayList<>();
        for (ArrowField child : field.children()) {
            children.add(read(child));
        }
        List<ValueType> types = field.children().stream().map(ArrowField::type).toList();
        return new ArrowVector.Unions(length, codes, offsets, layout.codes(), children, types);
    }

    private ArrowVector indices(ArrowField.Dictionary dictionary) throws CorruptDataException {
        FieldNode its = node();
        LongFunction<Value> values = dictionaries.get(dictionary.id());
        if (values == null) {
            throw new CorruptDataException(
                    "there is no dictionary %d before it".formatted(dictionary.id()));
        }
        MemorySegment validity = validity(its.nullCount());
        return new ArrowVector.Indices(
                its.length(), validity, buffer(), dictionary.indices().width(), values);
    }

    /// Goes over the next field.
    void skip(ArrowField field) throws CorruptDataException {
        node();
        if (field.dictionary() != null) {
            buffer += 2;
            return;
        }
        switch (field.layout()) {
            case Layout.Nulls _, Layout.Runs _ -> {}
            case Layout.FixedLists _, Layout.Structs _ -> buffer += 1;
            case Layout.Bits _, Layout.Fixed _, Layout.Lists _, Layout.Maps _ -> buffer += 2;
            case Layout.Variable _, Layout.ListViews _ -> buffer += 3;
            case Layout.View _ -> buffer += 2 + viewBuffers();
            case Layout.Unions unions -> buffer += unions.buffers();
        }
        for (ArrowField child : field.children()) {
            skip(child);
        }
    }

    private FieldNode node() throws CorruptDataException {
        if (node >= batch.nodesLength()) {
            throw new CorruptDataException("fields are missing in the batch");
        }
        FieldNode its = batch.nodes(node++);
        if (its.length() < 0) {
            throw new CorruptDataException("a field of %d values".formatted(its.length()));
        }
        return its;
    }

    private @Nullable MemorySegment validity(long nulls) throws CorruptDataException {
        MemorySegment bits = buffer();
        return nulls == 0 || bits.byteSize() == 0 ? null : bits;
    }

    private List<MemorySegment> views() throws CorruptDataException {
        int count = viewBuffers();
        List<MemorySegment> views = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            views.add(buffer());
        }
        return views;
    }

    private int viewBuffers() throws CorruptDataException {
        if (view >= batch.variadicBufferCountsLength()) {
            throw new CorruptDataException("the number of a column's buffers is missing");
        }
        long count = batch.variadicBufferCounts(view++);
        if (count < 0 || count > batch.buffersLength()) {
            throw new CorruptDataException("a column of %d buffers".formatted(count));
        }
        return (int) count;
    }

    private MemorySegment buffer() throws CorruptDataException {
        if (buffer >= batch.buffersLength()) {
            throw new CorruptDataException("buffers are missing in the batch");
        }
        Buffer its = batch.buffers(buffer++);
        long size = body.byteSize();
        if (its.offset() < 0 || its.length() < 0 || its.offset() > size - its.length()) {
            throw new CorruptDataException(
                    "a buffer of %d bytes at %d in a batch of %d"
                            .formatted(its.length(), its.offset(), size));
        }
        MemorySegment bytes = body.asSlice(its.offset(), its.length());
        return codec == null || its.length() == 0 ? bytes : decompress(bytes, codec);
    }

    // The size comes first; -1 says that the bytes are as they are.
    private static MemorySegment decompress(MemorySegment bytes, byte codec)
            throws CorruptDataException {
        if (bytes.byteSize() < Long.BYTES || bytes.byteSize() > Integer.MAX_VALUE) {
            throw new CorruptDataException(
                    "a compressed buffer of %d bytes".formatted(bytes.byteSize()));
        }
        long size = bytes.get(FixedReaders.LONG, 0);
        MemorySegment packed = bytes.asSlice(Long.BYTES);
        if (size == -1) {
            return packed;
        }
        if (size == 0) {
            return EMPTY;
        }
        if (size < 0 || size > Integer.MAX_VALUE - 8) {
            throw new CorruptDataException("a buffer that holds %d bytes".formatted(size));
        }
        byte[] in = packed.toArray(ValueLayout.JAVA_BYTE);
        return MemorySegment.ofArray(
                switch (codec) {
                    case CompressionType.LZ4_FRAME ->
                            Codecs.unlz4Frame(in, 0, in.length, (int) size);
                    case CompressionType.ZSTD -> Codecs.unzstd(in, 0, in.length, (int) size);
                    default -> throw new CorruptDataException("the unknown compression " + codec);
                });
    }
}
