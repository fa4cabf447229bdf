package dev.talaria.datasets.parquet;

import dev.talaria.datasets.bytes.CorruptDataException;

/// Goes over a structure in Thrift's compact protocol without building it: finds its end, and
/// refuses lengths that the bytes cannot hold and nesting without end, before a parser believes
/// them.
final class ThriftGuard {

    private static final int MAX_DEPTH = 32;
    private static final int STOP = 0;
    private static final int BOOLEAN_TRUE = 1;
    private static final int BOOLEAN_FALSE = 2;
    private static final int BYTE = 3;
    private static final int I16 = 4;
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    private static final int STRUCT = 12;
    private static final int UUID = 13;

    /// The bytes end within the structure; there may be more of it in the file.
    static final class EndOfBytes extends Exception {

        private static final long serialVersionUID = 1L;

        private EndOfBytes() {
            super("the bytes end within the structure", null, false, false);
        }
    }

    private final byte[] bytes;
    private final int end;
    private final long available;
    private int at;

    private ThriftGuard(byte[] bytes, int from, int end, long available) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.available = available;
    }

    /// Where the structure that begins at `from` ends.
    ///
    /// @param available bytes that there are from `from` on, in the array and after it: no length
    ///   may be larger
    static int endOf(byte[] bytes, int from, int end, long available)
            throws CorruptDataException, EndOfBytes {
        ThriftGuard guard = new ThriftGuard(bytes, from, end, available);
        guard.struct(0);
        return guard.at;
    }

    private void struct(int depth) throws CorruptDataException, EndOfBytes {
        if (depth > MAX_DEPTH) {
            throw new CorruptDataException(
                    "metadata nested more than %d deep".formatted(MAX_DEPTH));
        }
        while (true) {
            int header = next();
            int type = header & 0xF;
            if (type == STOP) {
                return;
            }
            if (header >>> 4 == 0) {
                varint();
            }
            if (type != BOOLEAN_TRUE && type != BOOLEAN_FALSE) {
                value(type, depth);
            }
        }
    }

    private void value(int type, int depth) throws CorruptDataException, EndOfBytes {
        switch (type) {
            case BOOLEAN_TRUE, BOOLEAN_FALSE, BYTE -> skip(1);
            case I16, I32, I64 -> varint();
            case DOUBLE -> skip(8);
            case BINARY -> skip(length(1));
            case LIST, SET -> list(depth);
            case MAP -> map(depth);
            case STRUCT -> struct(depth + 1);
            case UUID -> skip(16);
            default -> throw new CorruptDataException("metadata of the unknown type " + type);
        }
    }

    private void list(int depth) throws CorruptDataException, EndOfBytes {
        int header = next();
        int size = header >>> 4;
        if (size == 15) {
            size = length(1);
        }
        for (int i = 0; i < size; i++) {
            value(header & 0xF, depth + 1);
        }
    }

    private void map(int depth) throws CorruptDataException, EndOfBytes {
        int size = length(2);
        if (size == 0) {
            return;
        }
        int types = next();
        for (int i = 0; i < size; i++) {
            value(types >>> 4, depth + 1);
            value(types & 0xF, depth + 1);
        }
    }

    // A number of things of at least so many bytes each.
    private int length(int bytesEach) throws CorruptDataException, EndOfBytes {
        long length = varint();
        if (length < 0 || length > available / bytesEach || length > Integer.MAX_VALUE) {
            throw new CorruptDataException(
                    "metadata names a length of %d in %d bytes".formatted(length, available));
        }
        return (int) length;
    }

    private long varint() throws CorruptDataException, EndOfBytes {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int one = next();
            value |= (one & 0x7FL) << shift;
            if (one < 0x80) {
                return value;
            }
        }
        throw new CorruptDataException("metadata with a number of more than ten bytes");
    }

    private void skip(int count) throws EndOfBytes {
        if (count > end - at) {
            throw new EndOfBytes();
        }
        at += count;
    }

    private int next() throws EndOfBytes {
        if (at >= end) {
            throw new EndOfBytes();
        }
        return bytes[at++] & 0xFF;
    }
}
