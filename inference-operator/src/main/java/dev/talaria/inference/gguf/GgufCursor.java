package dev.talaria.inference.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads the fields of a file one after the other; none without checking that it is there.
final class GgufCursor {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int QUOTED_CHARACTERS = 100;

    private final Path file;
    private final MemorySegment bytes;
    private long position;

    GgufCursor(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    Path file() {
        return file;
    }

    long position() {
        return position;
    }

    long remaining() {
        return bytes.byteSize() - position;
    }

    MemorySegment slice(long from, long length) {
        return bytes.asSlice(from, length);
    }

    int int8(String what) {
        return bytes.get(ValueLayout.JAVA_BYTE, take(1, what));
    }

    int int16(String what) {
        return bytes.get(SHORT, take(2, what));
    }

    int int32(String what) {
        return bytes.get(INT, take(4, what));
    }

    long int64(String what) {
        return bytes.get(LONG, take(8, what));
    }

    /// A 64-bit count of things that take `bytesEach` bytes at least and are `most` at most.
    long count(String what, long bytesEach, long most) {
        long at = position;
        long count = int64("the number of " + what);
        if (count < 0 || count > remaining() / bytesEach) {
            throw failure(
                    at,
                    "%s %s would take more than the %d bytes that are left; %s"
                            .formatted(
                                    Long.toUnsignedString(count),
                                    what,
                                    remaining(),
                                    MalformedModelException.INCOMPLETE));
        }
        if (count > most) {
            throw failure(at, count + " " + what + " are more than the " + most + " read here");
        }
        return count;
    }

    /// A string of at most so many bytes, which must be UTF-8.
    String text(String what, long most) {
        long length = length(what, most);
        long at = take(length, what);
        byte[] utf8 = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw failure(at, what + " is not UTF-8");
        }
    }

    /// The length of a string, checked against the file; the string itself comes next.
    long length(String what, long most) {
        long at = position;
        long length = int64("the length of " + what);
        if (length < 0 || length > remaining()) {
            throw failure(
                    at,
                    "%s has %s bytes, the file only %d more; %s"
                            .formatted(
                                    what,
                                    Long.toUnsignedString(length),
                                    remaining(),
                                    MalformedModelException.INCOMPLETE));
        }
        if (length > most) {
            throw failure(at, what + " has " + length + " bytes, more than " + most);
        }
        return length;
    }

    /// Passes over so many bytes and returns where they began.
    long take(long length, String what) {
        if (length > remaining()) {
            throw failure(
                    position,
                    "the file ends after %d bytes, within %s (%d bytes); %s"
                            .formatted(
                                    bytes.byteSize(),
                                    what,
                                    length,
                                    MalformedModelException.INCOMPLETE));
        }
        long at = position;
        position += length;
        return at;
    }

    MalformedGgufException failure(long offset, String finding) {
        return new MalformedGgufException(file, offset, finding);
    }

    /// A name out of the file, fit for a message.
    static String quoted(String name) {
        StringBuilder shown = new StringBuilder("'");
        name.codePoints()
                .limit(QUOTED_CHARACTERS)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(shown::appendCodePoint);
        return shown.append(name.length() > QUOTED_CHARACTERS ? "…'" : "'").toString();
    }
}
