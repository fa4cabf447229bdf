package dev.talaria.inference.repack;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Writes a file from its beginning to its end in pieces that begin and end where the system's
/// large pages do, whatever the sizes of what is put in: so the system can hold it in such pages.
final class WholePages {

    // A multiple of 2 MiB, the large page of the usual processors.
    private static final int BYTES = 8 << 20;

    private final FileChannel out;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    private final MemorySegment page = MemorySegment.ofBuffer(buffer);
    private long written;

    /// @param out at its beginning
    WholePages(FileChannel out) {
        this.out = out;
    }

    void put(MemorySegment bytes) throws IOException {
        for (long from = 0; from < bytes.byteSize(); ) {
            int count = (int) Math.min(buffer.remaining(), bytes.byteSize() - from);
            MemorySegment.copy(bytes, from, page, buffer.position(), count);
            advance(count);
            from += count;
        }
    }

    /// Puts zeros up to that place of the file.
    void skipTo(long offset) throws IOException {
        while (written + buffer.position() < offset) {
            long missing = offset - written - buffer.position();
            int count = (int) Math.min(buffer.remaining(), missing);
            page.asSlice(buffer.position(), count).fill((byte) 0);
            advance(count);
        }
    }

    private void advance(int count) throws IOException {
        buffer.position(buffer.position() + count);
        if (!buffer.hasRemaining()) {
            finish();
        }
    }

    /// Writes what is left.
    void finish() throws IOException {
        buffer.flip();
        written += buffer.remaining();
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        buffer.clear();
    }
}
