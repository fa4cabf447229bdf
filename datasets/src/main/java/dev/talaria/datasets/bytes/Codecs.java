package dev.talaria.datasets.bytes;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import org.brotli.dec.BrotliInputStream;
import org.xerial.snappy.Snappy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// Compresses and decompresses byte arrays.
///
/// The size of what comes out is known beforehand, from a header that may lie: it is taken only as
/// far as so many compressed bytes can yield at all, so that a few bytes never make a large array.
public final class Codecs {

    // The most one byte can stand for, and some room for headers.
    private static final long ZSTD_RATIO = 45_000;
    private static final long GZIP_RATIO = 1_032;
    private static final long SNAPPY_RATIO = 64;
    private static final long LZ4_RATIO = 256;
    private static final long ROOM = 1_024;

    // A few bytes of Brotli say that 16 million follow of what was there before. So what comes out
    // grows with what has been read, and no header is trusted.
    private static final int BROTLI_START = 1 << 16;

    private Codecs() {}

    /// Compresses; with [Compression#NONE], the same bytes.
    public static byte[] compress(Compression how, byte[] bytes) throws IOException {
        return switch (how) {
            case NONE -> bytes;
            case SNAPPY -> Snappy.compress(bytes);
            case GZIP -> gzip(bytes);
            case ZSTD -> Zstd.compress(bytes);
        };
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /// Zstandard frames of `size` bytes in all.
    public static byte[] unzstd(byte[] in, int offset, int length, int size)
            throws CorruptDataException {
        expect("zstd", length, size, ZSTD_RATIO);
        byte[] out = new byte[size];
        try {
            long written = Zstd.decompressByteArray(out, 0, size, in, offset, length);
            return whole("zstd", out, written);
        } catch (ZstdException e) {
            throw new CorruptDataException("zstd: " + e.getMessage(), e);
        }
    }

    /// One block of snappy, without a frame.
    public static byte[] unsnappy(byte[] in, int offset, int length, int size)
            throws CorruptDataException {
        expect("snappy", length, size, SNAPPY_RATIO);
        try {
            if (Snappy.uncompressedLength(in, offset, length) != size) {
                throw new CorruptDataException("snappy: its header names another size");
            }
            byte[] out = new byte[size];
            return whole("snappy", out, Snappy.uncompress(in, offset, length, out, 0));
        } catch (CorruptDataException e) {
            throw e;
        } catch (IOException e) {
            throw new CorruptDataException("snappy: " + e.getMessage(), e);
        }
    }

    /// Members of gzip, of `size` bytes in all.
    public static byte[] ungzip(byte[] in, int offset, int length, int size)
            throws CorruptDataException {
        expect("gzip", length, size, GZIP_RATIO);
        byte[] out = new byte[size];
        try (GZIPInputStream gzip =
                new GZIPInputStream(new ByteArrayInputStream(in, offset, length))) {
            int read = gzip.readNBytes(out, 0, size);
            return whole("gzip", out, gzip.read() < 0 ? read : read + 1L);
        } catch (CorruptDataException e) {
            throw e;
        } catch (IOException e) {
            throw new CorruptDataException("gzip: " + e.getMessage(), e);
        }
    }

    /// A stream of Brotli, of `size` bytes in all.
    public static byte[] unbrotli(byte[] in, int offset, int length, int size)
            throws CorruptDataException {
        if (size < 0) {
            throw new CorruptDataException("brotli: %d bytes are announced".formatted(size));
        }
        byte[] out = new byte[Math.min(size, BROTLI_START)];
        int written = 0;
        try (BrotliInputStream brotli =
                new BrotliInputStream(new ByteArrayInputStream(in, offset, length))) {
            int read = brotli.read(out, 0, out.length);
            while (read > 0) {
                written += read;
                if (written == out.length && written < size) {
                    out = Arrays.copyOf(out, (int) Math.min(size, 2L * written));
                }
                read = written == size ? 0 : brotli.read(out, written, out.length - written);
            }
            return whole(
                    "brotli", out, written == size && brotli.read() < 0 ? written : written + 1L);
        } catch (CorruptDataException e) {
            throw e;
        } catch (IOException e) {
            throw new CorruptDataException("brotli: " + e.getMessage(), e);
        }
    }

    /// One block of LZ4.
    public static byte[] unlz4Block(byte[] in, int offset, int length, int size)
            throws CorruptDataException {
        expect("LZ4", length, size, LZ4_RATIO);
        return Lz4.block(in, offset, length, size);
    }

    /// Frames of LZ4.
    public static byte[] unlz4Frame(byte[] in, int offset, int length, int size)
            throws CorruptDataException {
        expect("LZ4", length, size, LZ4_RATIO);
        return Lz4.frame(in, offset, length, size);
    }

    /// LZ4 as Hadoop wrote it, blocks with two sizes before each, or else a bare block: Parquet
    /// files with the old codec hold either.
    public static byte[] unlz4Hadoop(byte[] in, int offset, int length, int size)
            throws CorruptDataException {
        expect("LZ4", length, size, LZ4_RATIO);
        ByteBuffer bytes = ByteBuffer.wrap(in, offset, length);
        byte[] out = new byte[size];
        int written = 0;
        while (bytes.remaining() >= 8) {
            int plain = bytes.getInt();
            int packed = bytes.getInt();
            if (plain < 0 || plain > size - written || packed < 0 || packed > bytes.remaining()) {
                return Lz4.block(in, offset, length, size);
            }
            byte[] block = Lz4.block(in, bytes.position(), packed, plain);
            System.arraycopy(block, 0, out, written, plain);
            written += plain;
            bytes.position(bytes.position() + packed);
        }
        return whole("LZ4", out, written);
    }

    private static void expect(String codec, int length, int size, long ratio)
            throws CorruptDataException {
        if (size < 0 || size > length * ratio + ROOM) {
            throw new CorruptDataException(
                    "%s: %d bytes cannot hold the %d announced".formatted(codec, length, size));
        }
    }

    private static byte[] whole(String codec, byte[] out, long written)
            throws CorruptDataException {
        if (written != out.length) {
            throw new CorruptDataException(
                    "%s: %d bytes instead of the %d announced"
                            .formatted(codec, written, out.length));
        }
        return out;
    }

    /// A part of an array as an array of its own; the array itself where it is the whole.
    public static byte[] slice(byte[] in, int offset, int length) {
        return offset == 0 && length == in.length
                ? in
                : Arrays.copyOfRange(in, offset, offset + length);
    }
}
