package dev.talaria.datasets.bytes;

/// Decompresses LZ4: single blocks, as Parquet has them, and frames, as Arrow has them, whose
/// blocks may refer to those before.
///
/// After the LZ4 block format and the LZ4 frame format 1.6.3. Checksums are not looked at: the
/// formats around have their own.
final class Lz4 {

    private static final int FRAME_MAGIC = 0x184D2204;
    private static final int MIN_MATCH = 4;
    private static final int LONG_LENGTH = 15;

    private final byte[] in;
    private final byte[] out;
    private int from;
    private int to;

    private Lz4(byte[] in, int from, byte[] out) {
        this.in = in;
        this.from = from;
        this.out = out;
    }

    /// One block of exactly `size` bytes.
    static byte[] block(byte[] in, int offset, int length, int size) throws CorruptDataException {
        Lz4 lz4 = new Lz4(in, offset, new byte[size]);
        lz4.block(offset + length);
        return lz4.whole();
    }

    /// Frames of exactly `size` bytes in all.
    static byte[] frame(byte[] in, int offset, int length, int size) throws CorruptDataException {
        Lz4 lz4 = new Lz4(in, offset, new byte[size]);
        while (lz4.from < offset + length) {
            lz4.frame(offset + length);
        }
        return lz4.whole();
    }

    private byte[] whole() throws CorruptDataException {
        if (to != out.length) {
            throw corrupt("%d bytes instead of %d".formatted(to, out.length));
        }
        return out;
    }

    private void frame(int end) throws CorruptDataException {
        if (int32(end) != FRAME_MAGIC) {
            throw corrupt("no frame begins");
        }
        int flags = next(end);
        if (flags >> 6 != 1) {
            throw corrupt("frame version " + (flags >> 6));
        }
        // Block size, then content size, dictionary and checksum of the header where there are any.
        skip(1 + ((flags & 8) != 0 ? 8 : 0) + ((flags & 1) != 0 ? 4 : 0) + 1, end);
        boolean hasBlockChecksums = (flags & 16) != 0;
        for (int size = int32(end); size != 0; size = int32(end)) {
            int length = size & Integer.MAX_VALUE;
            if (length > end - from) {
                throw corrupt("a block ends beyond its frame");
            }
            if (size < 0) {
                literals(length, end);
            } else {
                block(from + length);
            }
            skip(hasBlockChecksums ? 4 : 0, end);
        }
        skip((flags & 4) != 0 ? 4 : 0, end);
    }

    private void block(int end) throws CorruptDataException {
        while (from < end) {
            int token = next(end);
            literals(length(token >> 4, end), end);
            if (from == end) {
                return;
            }
            int distance = next(end) | next(end) << 8;
            match(distance, (long) length(token & LONG_LENGTH, end) + MIN_MATCH);
        }
    }

    private int length(int nibble, int end) throws CorruptDataException {
        long length = nibble;
        if (nibble == LONG_LENGTH) {
            int more;
            do {
                more = next(end);
                length += more;
            } while (more == 255);
        }
        if (length > out.length) {
            throw corrupt("more bytes than announced");
        }
        return (int) length;
    }

    private void literals(int length, int end) throws CorruptDataException {
        if (length > end - from || length > out.length - to) {
            throw corrupt("literals beyond the end");
        }
        System.arraycopy(in, from, out, to, length);
        from += length;
        to += length;
    }

    private void match(int distance, long length) throws CorruptDataException {
        if (distance == 0 || distance > to || length > out.length - to) {
            throw corrupt("a match outside of the text");
        }
        // Byte by byte where source and target overlap: that repeats the source.
        if (distance >= length) {
            System.arraycopy(out, to - distance, out, to, (int) length);
            to += (int) length;
            return;
        }
        for (int end = to + (int) length; to < end; to++) {
            out[to] = out[to - distance];
        }
    }

    private int next(int end) throws CorruptDataException {
        if (from >= end) {
            throw corrupt("the bytes end early");
        }
        return in[from++] & 0xFF;
    }

    private int int32(int end) throws CorruptDataException {
        return next(end) | next(end) << 8 | next(end) << 16 | next(end) << 24;
    }

    private void skip(int bytes, int end) throws CorruptDataException {
        if (bytes > end - from) {
            throw corrupt("the bytes end early");
        }
        from += bytes;
    }

    private static CorruptDataException corrupt(String finding) {
        return new CorruptDataException("LZ4: " + finding);
    }
}
