package dev.talaria.datasets.bytes;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// The bytes of a text file, decompressed where its first bytes say gzip or Zstandard, after the
/// mark of UTF-8 that some programs put first.
public final class TextBytes {

    private static final int BUFFER = 1 << 16;

    private TextBytes() {}

    /// Opens a text file.
    ///
    /// @throws CorruptDataException where it begins as UTF-16 or UTF-32 does
    public static InputStream open(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        try {
            int first = peek(bytes, 4);
            if (first >>> 16 == 0x1F8B) {
                bytes = new BufferedInputStream(new GZIPInputStream(bytes, BUFFER), BUFFER);
            } else if (first == 0x28B52FFD) {
                bytes = new BufferedInputStream(new ZstdInputStream(bytes), BUFFER);
            }
            return withoutMark(bytes);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    /// The stream that compresses a text file; Zstandard or gzip, or none.
    ///
    /// @throws IllegalArgumentException for snappy, which has no usual form for text files
    public static OutputStream compressing(Compression how, OutputStream out) throws IOException {
        return switch (how) {
            case NONE -> out;
            case GZIP -> new BufferedOutputStream(new GZIPOutputStream(out, BUFFER), BUFFER);
            case ZSTD -> new BufferedOutputStream(new ZstdOutputStream(out), BUFFER);
            case SNAPPY ->
                    throw new IllegalArgumentException(
                            "snappy: text files are written with zstd, gzip or none");
        };
    }

    private static InputStream withoutMark(InputStream bytes) throws IOException {
        int first = peek(bytes, 4);
        if (first >>> 8 == 0xEFBBBF) {
            bytes.skipNBytes(3);
        } else if (first >>> 16 == 0xFEFF || first >>> 16 == 0xFFFE) {
            throw new CorruptDataException("is UTF-16 or UTF-32; save it as UTF-8");
        }
        return bytes;
    }

    // The first bytes, the first of them highest; zeros where there are none.
    private static int peek(InputStream bytes, int count) throws IOException {
        bytes.mark(count);
        int first = 0;
        for (int i = 0; i < count; i++) {
            first = first << 8 | Math.max(0, bytes.read());
        }
        bytes.reset();
        return first;
    }
}
