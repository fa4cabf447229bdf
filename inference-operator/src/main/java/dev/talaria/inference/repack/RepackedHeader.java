package dev.talaria.inference.repack;

import dev.talaria.inference.tensor.TensorShape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/// What stands before the weights in a file of repacked ones; see the package.
final class RepackedHeader {

    /// Bytes that have a checksum of their own, but for the last of a matrix.
    static final int PIECE_BYTES = 4 << 20;

    private static final byte[] MAGIC = "TALPANEL".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;

    // Matrices begin with a page, as they do in memory.
    private static final long ALIGNMENT = 4096;

    private static final int ORDER_AT = MAGIC.length + Integer.BYTES;
    private static final int IDENTITY_AT = ORDER_AT + Sha256.BYTES;
    private static final int TABLE_AT = IDENTITY_AT + Sha256.BYTES;

    // Type, columns, rows, length of the name; offset and length.
    private static final int ENTRY_BYTES = 4 * Integer.BYTES + 2 * Long.BYTES;

    /// Where a matrix lies.
    ///
    /// @param firstPiece number of its first checksum
    record Entry(TensorShape shape, long offset, long bytes, int firstPiece) {

        int pieces() {
            return Math.toIntExact(Math.ceilDiv(bytes, PIECE_BYTES));
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final byte[] description;
    private final int pieces;
    private final long fileBytes;

    /// @param bytes what a matrix takes when it is repacked
    RepackedHeader(
            byte[] order,
            byte[] identity,
            List<TensorShape> shapes,
            ToLongFunction<TensorShape> bytes) {
        int descriptionBytes = TABLE_AT + Integer.BYTES;
        int count = 0;
        for (TensorShape shape : shapes) {
            descriptionBytes += ENTRY_BYTES + name(shape).length;
            count += Math.toIntExact(Math.ceilDiv(bytes.applyAsLong(shape), PIECE_BYTES));
        }
        pieces = count;
        long offset = descriptionBytes + (long) Integer.BYTES * pieces + Sha256.BYTES;
        long end = offset;
        int piece = 0;
        for (TensorShape shape : shapes) {
            offset = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
            Entry entry = new Entry(shape, offset, bytes.applyAsLong(shape), piece);
            entries.add(entry);
            end = offset + entry.bytes();
            piece += entry.pieces();
        }
        fileBytes = end;
        description = describe(descriptionBytes, order, identity);
    }

    private static byte[] name(TensorShape shape) {
        return shape.name().getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] describe(int bytes, byte[] order, byte[] identity) {
        ByteBuffer out = buffer(bytes);
        out.put(MAGIC).putInt(VERSION).put(order).put(identity).putInt(entries.size());
        for (Entry entry : entries) {
            TensorShape shape = entry.shape();
            byte[] name = name(shape);
            out.putInt(name.length).put(name);
            out.putInt(shape.type().ggufId()).putInt(shape.columns()).putInt(shape.rows());
            out.putLong(entry.offset()).putLong(entry.bytes());
        }
        return out.array();
    }

    /// The matrices, in the order of the file.
    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /// Checksums there are.
    int pieces() {
        return pieces;
    }

    /// Bytes of the header.
    int bytes() {
        return description.length + Integer.BYTES * pieces + Sha256.BYTES;
    }

    /// Bytes of the file.
    long fileBytes() {
        return fileBytes;
    }

    /// The header with these checksums.
    byte[] encode(int[] checksums) {
        ByteBuffer out = buffer(bytes());
        out.put(description);
        for (int checksum : checksums) {
            out.putInt(checksum);
        }
        byte[] before = Arrays.copyOf(out.array(), out.position());
        return out.put(Sha256.digest().digest(before)).array();
    }

    /// The checksums of a file that has this header.
    ///
    /// @param actual as many bytes as this header has
    /// @throws UnusableFileException where it is another, or damaged
    int[] checksums(byte[] actual) throws UnusableFileException {
        int other = Arrays.mismatch(description, Arrays.copyOf(actual, description.length));
        if (other >= 0) {
            throw new UnusableFileException(difference(other));
        }
        int[] checksums = new int[pieces];
        ByteBuffer.wrap(actual, description.length, Integer.BYTES * pieces)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(checksums);
        if (!Arrays.equals(encode(checksums), actual)) {
            throw new UnusableFileException("its checksums are damaged");
        }
        return checksums;
    }

    private static String difference(int at) {
        if (at < MAGIC.length) {
            return "it is no file of repacked weights";
        }
        if (at < ORDER_AT) {
            return "it is of another version";
        }
        if (at < IDENTITY_AT) {
            return "its weights are in another order";
        }
        return at < TABLE_AT ? "the model's files have changed" : "its table is another";
    }
}
