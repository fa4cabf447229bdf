package dev.talaria.datasets.bytes;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The lines of a stream of bytes, one at a time, without their ends (`\n` or `\r\n`).
public final class Lines implements Closeable {

    private static final int CHUNK = 1 << 16;

    private final InputStream in;
    private final int maxBytes;
    private final byte[] chunk = new byte[CHUNK];
    private byte[] line = new byte[CHUNK];
    private int at;
    private int end;
    private long number;

    /// @param maxBytes of one line; a longer one is refused
    public Lines(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /// The next line, or null after the last. The array is the caller's.
    public byte @Nullable [] next() throws IOException {
        int length = advance(true);
        return length < 0 ? null : Arrays.copyOf(line, length);
    }

    /// Goes over a line; whether there was one.
    public boolean skip() throws IOException {
        return advance(false) >= 0;
    }

    /// The number of the line that was last returned, from 1.
    public long number() {
        return number;
    }

    private int advance(boolean keep) throws IOException {
        if (at == end && !fill()) {
            return -1;
        }
        number++;
        int length = 0;
        do {
            int stop = at;
            while (stop < end && chunk[stop] != '\n') {
                stop++;
            }
            if (keep) {
                append(length, stop - at);
                length += stop - at;
            }
            boolean isWhole = stop < end;
            at = isWhole ? stop + 1 : stop;
            if (isWhole) {
                break;
            }
        } while (fill());
        return keep && length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    }

    private void append(int length, int more) throws CorruptDataException {
        if (more > maxBytes - length) {
            throw new CorruptDataException("is longer than %d MiB".formatted(maxBytes >> 20));
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(line, (int) Math.min(maxBytes, 2L * (length + more)));
        }
        System.arraycopy(chunk, at, line, length, more);
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(chunk));
        return end > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
