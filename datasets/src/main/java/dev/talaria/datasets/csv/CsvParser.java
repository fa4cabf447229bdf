package dev.talaria.datasets.csv;

import dev.talaria.datasets.bytes.CorruptDataException;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The records of a CSV file (RFC 4180): fields between separators, quotes around those that hold
/// separators, line breaks or quotes, which then stand twice. Lines end with `\n`, `\r\n` or `\r`;
/// empty lines are gone over.
final class CsvParser implements Closeable {

    private static final int CHUNK = 1 << 16;
    private static final int MAX_FIELD = 1 << 29;
    private static final int MAX_FIELDS = 100_000;
    private static final int END = -1;

    private final InputStream in;
    private final int separator;
    private final byte[] chunk = new byte[CHUNK];
    private int at;
    private int end;
    private byte[] field = new byte[1024];
    private int length;
    private long line = 1;
    private long start = 1;

    CsvParser(InputStream in, char separator) {
        this.in = in;
        this.separator = separator;
    }

    /// The fields of the next record, null for those that are empty and not quoted; null after the
    /// last record.
    @Nullable List<@Nullable String> next() throws IOException {
        skipEmptyLines();
        if (peek() == END) {
            return null;
        }
        start = line;
        List<@Nullable String> fields = new ArrayList<>();
        while (true) {
            fields.add(field());
            if (fields.size() > MAX_FIELDS) {
                throw new CorruptDataException("has more than %d fields".formatted(MAX_FIELDS));
            }
            int after = read();
            if (after != separator) {
                endLine(after);
                return fields;
            }
        }
    }

    /// The line on which the record that was last returned begins, from 1.
    long line() {
        return start;
    }

    private void skipEmptyLines() throws IOException {
        while (peek() == '\n' || peek() == '\r') {
            endLine(read());
        }
    }

    private void endLine(int first) throws IOException {
        if (first == '\r' && peek() == '\n') {
            at++;
        }
        line++;
    }

    private @Nullable String field() throws IOException {
        length = 0;
        if (peek() == '"') {
            at++;
            quoted();
            return text();
        }
        for (int next = peek(); !isEnd(next); next = peek()) {
            if (next == '"') {
                throw new CorruptDataException(
                        "a quote within field '%s'; quote the whole field".formatted(text()));
            }
            append(next);
            at++;
        }
        return length == 0 ? null : text();
    }

    private void quoted() throws IOException {
        while (true) {
            int next = read();
            if (next == END) {
                throw new CorruptDataException("the quote of a field does not end");
            }
            if (next == '"') {
                if (peek() != '"') {
                    break;
                }
                at++;
            } else if (next == '\n') {
                line++;
            }
            append(next);
        }
        if (!isEnd(peek())) {
            throw new CorruptDataException(
                    "'%c' after the quote that ends a field".formatted(peek()));
        }
    }

    private boolean isEnd(int next) {
        return next == separator || next == '\n' || next == '\r' || next == END;
    }

    private void append(int next) throws CorruptDataException {
        if (length == field.length) {
            if (length >= MAX_FIELD) {
                throw new CorruptDataException(
                        "a field of more than %d MiB; does its quote end?"
                                .formatted(MAX_FIELD >> 20));
            }
            field = Arrays.copyOf(field, 2 * length);
        }
        field[length++] = (byte) next;
    }

    private String text() throws CorruptDataException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(field, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CorruptDataException("is not UTF-8; save the file as UTF-8", e);
        }
    }

    private int peek() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(chunk));
            if (end == 0) {
                return END;
            }
        }
        return chunk[at] & 0xFF;
    }

    private int read() throws IOException {
        int next = peek();
        if (next != END) {
            at++;
        }
        return next;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
