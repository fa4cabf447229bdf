package dev.talaria.inference.tokenizer;

import java.nio.file.Path;
import java.util.Arrays;

/// A protocol buffer message, read field by field; every length is checked before it is used.
///
/// [#next] moves to a field; then exactly one of the reading methods, or [#skip], takes its value.
final class ProtobufCursor {

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;
    private static final int LONGEST_VARINT = 10;

    private final Path file;
    private final byte[] bytes;
    private final int end;
    private int position;
    private int fieldStart;
    private int field;
    private int wire;

    ProtobufCursor(Path file, byte[] bytes) {
        this(file, bytes, 0, bytes.length);
    }

    private ProtobufCursor(Path file, byte[] bytes, int from, int end) {
        this.file = file;
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    /// Moves to the next field; false at the message's end.
    boolean next() {
        fieldStart = position;
        if (position == end) {
            return false;
        }
        long tag = readVarint("a field's number");
        field = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        if (tag >>> 3 < 1 || tag >>> 3 >= 1L << 29) {
            throw failure("field number " + (tag >>> 3) + " does not exist");
        }
        return true;
    }

    /// The current field's number.
    int field() {
        return field;
    }

    /// The current field's value, a whole number.
    long varint(String what) {
        require(VARINT, what);
        return readVarint(what);
    }

    /// The current field's value, a signed number of 32 bits.
    int int32(String what) {
        return (int) varint(what);
    }

    /// The current field's value, a float.
    float float32(String what) {
        require(FIXED_32, what);
        int at = take(4, what);
        int bits = 0;
        for (int i = 3; i >= 0; i--) {
            bits = bits << 8 | bytes[at + i] & 0xFF;
        }
        return Float.intBitsToFloat(bits);
    }

    /// The current field's value, bytes; a copy.
    byte[] bytes(String what) {
        int length = length(what);
        int at = take(length, what);
        return Arrays.copyOfRange(bytes, at, at + length);
    }

    /// The current field's value, a message.
    ProtobufCursor message(String what) {
        int length = length(what);
        int at = take(length, what);
        return new ProtobufCursor(file, bytes, at, at + length);
    }

    /// Steps over the current field's value.
    void skip() {
        String what = "field " + field;
        switch (wire) {
            case VARINT -> readVarint(what);
            case FIXED_64 -> take(8, what);
            case BYTES -> take(length(what), what);
            case FIXED_32 -> take(4, what);
            default -> throw failure(what + " is of a type (" + wire + ") that is not read");
        }
    }

    /// A complaint about the current field.
    MalformedTokenizerException failure(String finding) {
        return new MalformedTokenizerException(
                file, fieldStart, finding + "; is this a SentencePiece model?");
    }

    private void require(int expected, String what) {
        if (wire != expected) {
            throw failure(what + " is of wire type " + wire + " rather than " + expected);
        }
    }

    private int length(String what) {
        require(BYTES, what);
        long length = readVarint(what);
        if (length < 0 || length > end - position) {
            throw failure(
                    "%s has %s bytes, and %d are left"
                            .formatted(what, Long.toUnsignedString(length), end - position));
        }
        return (int) length;
    }

    private int take(int count, String what) {
        if (count > end - position) {
            throw failure(what + " is cut off");
        }
        int at = position;
        position += count;
        return at;
    }

    private long readVarint(String what) {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            byte octet = bytes[take(1, what)];
            value |= (long) (octet & 0x7F) << 7 * i;
            if (octet >= 0) {
                return value;
            }
        }
        throw failure(what + " has more than " + LONGEST_VARINT + " bytes");
    }
}
