package dev.talaria.datasets.arrow;

import dev.talaria.datasets.bytes.CorruptDataException;

import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Where the messages of an Arrow file or stream are: its schema, then dictionaries and record
/// batches.
///
/// @param dictionaries before each batch, those that came since the batch before
record ArrowMessages(ArrowSchema schema, List<Located> batches, List<List<Located>> dictionaries) {

    private static final byte[] MAGIC = {'A', 'R', 'R', 'O', 'W', '1'};
    private static final int FILE_HEADER = 8;
    private static final int FILE_TRAILER = 10;
    private static final int CONTINUATION = -1;
    private static final int BLOCK_BYTES = 24;

    /// A message with its body.
    ///
    /// @param kind of [MessageHeader]
    /// @param end where the next message begins
    record Located(Message message, byte kind, long offset, MemorySegment body, long end) {

        RecordBatch batch() throws CorruptDataException {
            RecordBatch batch = new RecordBatch();
            if (message.header(batch) == null) {
                throw new CorruptDataException("a record batch that is empty");
            }
            if (batch.length() < 0 || batch.length() > Integer.MAX_VALUE) {
                throw new CorruptDataException("a batch of %d rows".formatted(batch.length()));
            }
            return batch;
        }

        DictionaryBatch dictionary() throws CorruptDataException {
            DictionaryBatch batch = new DictionaryBatch();
            if (message.header(batch) == null || batch.data() == null) {
                throw new CorruptDataException("a dictionary that is empty");
            }
            return batch;
        }
    }

    /// A fault of the message that begins at an offset.
    static final class Fault extends Exception {

        private static final long serialVersionUID = 1L;
        private final long offset;

        Fault(long offset, String finding, @Nullable Throwable cause) {
            super(finding, cause);
            this.offset = offset;
        }

        long offset() {
            return offset;
        }
    }

    /// Whether these are the first bytes of a file, rather than a stream.
    static boolean isFile(MemorySegment bytes) {
        return bytes.byteSize() >= MAGIC.length
                && bytes.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) < 0;
    }

    /// Finds all messages; looks at nothing but their headers.
    static ArrowMessages of(MemorySegment bytes) throws Fault {
        return isFile(bytes) ? file(bytes) : stream(bytes);
    }

    private static ArrowMessages stream(MemorySegment bytes) throws Fault {
        Located schema = message(bytes, 0);
        if (schema == null || schema.kind() != MessageHeader.Schema) {
            throw new Fault(0, "no schema comes first; this is no Arrow stream", null);
        }
        List<Located> all = new ArrayList<>();
        long position = schema.end();
        for (Located next = message(bytes, position);
                next != null;
                next = message(bytes, position)) {
            all.add(next);
            position = next.end();
        }
        return sorted(schema(schema), all);
    }

    private static ArrowMessages file(MemorySegment bytes) throws Fault {
        long size = bytes.byteSize();
        long trailer = size - FILE_TRAILER;
        if (trailer < FILE_HEADER
                || bytes.asSlice(size - MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) >= 0) {
            throw new Fault(
                    Math.max(0, size - MAGIC.length),
                    "ARROW1 is not at the end; the file is not whole",
                    null);
        }
        long length = bytes.get(FixedReaders.INT, trailer);
        long start = trailer - length;
        if (length < 4 || start < FILE_HEADER) {
            throw new Fault(
                    trailer, "a footer of %d bytes in a file of %d".formatted(length, size), null);
        }
        try {
            Footer footer = Footer.getRootAsFooter(buffer(bytes, start, length));
            if (footer.schema() == null) {
                throw new Fault(start, "the footer has no schema", null);
            }
            List<Located> all = new ArrayList<>();
            long most = length / BLOCK_BYTES;
            if (footer.dictionariesLength() > most || footer.recordBatchesLength() > most) {
                throw new Fault(start, "more batches than the footer can hold", null);
            }
            for (int i = 0; i < footer.dictionariesLength(); i++) {
                all.add(block(bytes, footer.dictionaries(i)));
            }
            for (int i = 0; i < footer.recordBatchesLength(); i++) {
                all.add(block(bytes, footer.recordBatches(i)));
            }
            return sorted(ArrowSchema.of(footer.schema()), all);
        } catch (RuntimeException | CorruptDataException e) {
            throw new Fault(start, "the footer cannot be read: " + e.getMessage(), e);
        }
    }

    private static Located block(MemorySegment bytes, Block block) throws Fault {
        Located message = message(bytes, block.offset());
        if (message == null) {
            throw new Fault(block.offset(), "there is no batch", null);
        }
        return message;
    }

    // In a file, dictionaries may be read in any order, so all of them before the first batch.
    private static ArrowMessages sorted(ArrowSchema schema, List<Located> all) throws Fault {
        List<Located> batches = new ArrayList<>();
        List<List<Located>> dictionaries = new ArrayList<>();
        List<Located> since = new ArrayList<>();
        for (Located one : all) {
            switch (one.kind()) {
                case MessageHeader.DictionaryBatch -> since.add(one);
                case MessageHeader.RecordBatch -> {
                    batches.add(one);
                    dictionaries.add(since);
                    since = new ArrayList<>();
                }
                default ->
                        throw new Fault(
                                one.offset(),
                                "a message of kind %d, not a batch".formatted(one.kind()),
                                null);
            }
        }
        return new ArrowMessages(schema, batches, dictionaries);
    }

    private static ArrowSchema schema(Located message) throws Fault {
        try {
            Schema schema = new Schema();
            if (message.message().header(schema) == null) {
                throw new CorruptDataException("the schema is empty");
            }
            return ArrowSchema.of(schema);
        } catch (CorruptDataException | RuntimeException e) {
            throw new Fault(message.offset(), "the schema cannot be read: " + e.getMessage(), e);
        }
    }

    // Null at the end of the stream: a length of 0, or no more bytes.
    private static @Nullable Located message(MemorySegment bytes, long offset) throws Fault {
        long size = bytes.byteSize();
        if (offset < 0 || offset > size) {
            throw new Fault(offset, "a batch beyond the file's %d bytes".formatted(size), null);
        }
        if (offset == size) {
            return null;
        }
        try {
            long at = offset;
            int length = bytes.get(FixedReaders.INT, at);
            at += 4;
            if (length == CONTINUATION) {
                length = bytes.get(FixedReaders.INT, at);
                at += 4;
            }
            if (length == 0) {
                return null;
            }
            if (length < 0 || length > size - at) {
                throw new Fault(
                        offset,
                        "a message of %d bytes where there are %d".formatted(length, size - at),
                        null);
            }
            Message message = Message.getRootAsMessage(buffer(bytes, at, length));
            long body = message.bodyLength();
            if (body < 0 || body > size - at - length) {
                throw new Fault(
                        offset,
                        "a batch of %d bytes where there are %d"
                                .formatted(body, size - at - length),
                        null);
            }
            long end = at + length + body;
            return new Located(
                    message, message.headerType(), offset, bytes.asSlice(at + length, body), end);
        } catch (RuntimeException e) {
            throw new Fault(offset, "a message cannot be read: " + e.getMessage(), e);
        }
    }

    private static ByteBuffer buffer(MemorySegment bytes, long offset, long length) {
        return bytes.asSlice(offset, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
