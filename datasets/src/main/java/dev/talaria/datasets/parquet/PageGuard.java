package dev.talaria.datasets.parquet;

import dev.talaria.datasets.bytes.CorruptDataException;

import org.apache.parquet.column.Encoding;

/// Looks through the lengths inside a page before it is decoded: decoders make arrays as large as
/// the bytes say, and bytes may lie.
///
/// Only what would take memory is looked at; wrong values are the decoders' to find.
final class PageGuard {

    private static final int MAX_DELTA_BLOCK = 1 << 20;
    // Packed runs are padded to full groups of eight; some writers flush several.
    private static final int PADDING = 512;

    private final byte[] bytes;
    private final int end;
    private final int values;
    private int at;

    private PageGuard(byte[] bytes, int from, int end, int values) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.values = values;
    }

    /// A page of version 1: repetition and definition levels, then values, in one piece.
    static void checkV1(
            byte[] page,
            int values,
            int maxRepetition,
            Encoding repetition,
            int maxDefinition,
            Encoding definition,
            Encoding encoding)
            throws CorruptDataException {
        PageGuard guard = new PageGuard(page, 0, page.length, values);
        guard.levels(maxRepetition, repetition);
        guard.levels(maxDefinition, definition);
        guard.values(encoding);
    }

    /// Levels of a page of version 2, which stand alone.
    static void checkLevels(byte[] levels, int values, int maxLevel) throws CorruptDataException {
        if (maxLevel > 0) {
            new PageGuard(levels, 0, levels.length, values).runs(bits(maxLevel), levels.length);
        }
    }

    /// The values of a page of version 2.
    static void checkValues(byte[] data, int values, Encoding encoding)
            throws CorruptDataException {
        new PageGuard(data, 0, data.length, values).values(encoding);
    }

    @SuppressWarnings("deprecation") // Files of old writers have it.
    private void levels(int maxLevel, Encoding encoding) throws CorruptDataException {
        if (maxLevel == 0) {
            return;
        }
        if (encoding == Encoding.BIT_PACKED) {
            advance(((long) values * bits(maxLevel) + 7) / 8);
            return;
        }
        int length = int32();
        if (length < 0 || length > end - at) {
            throw new CorruptDataException("levels of %d bytes in a page".formatted(length));
        }
        int stop = at + length;
        runs(bits(maxLevel), stop);
        at = stop;
    }

    private void values(Encoding encoding) throws CorruptDataException {
        if (at == end) {
            return;
        }
        switch (encoding) {
            case PLAIN, BIT_PACKED, BYTE_STREAM_SPLIT -> {}
            case RLE -> {
                int length = int32();
                if (length < 0 || length > end - at) {
                    throw new CorruptDataException("values of %d bytes".formatted(length));
                }
                runs(1, at + length);
            }
            case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
                int width = next();
                if (width > Integer.SIZE) {
                    throw new CorruptDataException(
                            "dictionary indices of %d bits".formatted(width));
                }
                runs(width, end);
            }
            case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY -> delta(false);
            case DELTA_BYTE_ARRAY -> {
                delta(true);
                delta(false);
            }
        }
    }

    // The hybrid of repeated values and packed groups of eight.
    private void runs(int width, int stop) throws CorruptDataException {
        long seen = 0;
        while (at < stop && seen < values) {
            long header = varint();
            if ((header & 1) == 0) {
                seen += header >>> 1;
                advance((width + 7) / 8);
                continue;
            }
            long groups = header >>> 1;
            long packed = groups * width;
            if (packed > stop - at && groups * 8 > values + (long) PADDING) {
                throw new CorruptDataException(
                        "a run of %d values in a page of %d".formatted(groups * 8, values));
            }
            seen += groups * 8;
            at = (int) Math.min(stop, at + packed);
        }
    }

    private void delta(boolean skip) throws CorruptDataException {
        long block = varint();
        long minis = varint();
        long total = varint();
        varint();
        if (block < 1 || block > MAX_DELTA_BLOCK || minis < 1 || block % (minis * 8) != 0) {
            throw new CorruptDataException(
                    "deltas in blocks of %d values and %d parts".formatted(block, minis));
        }
        if (total < 0 || total > values) {
            throw new CorruptDataException(
                    "%d deltas in a page of %d values".formatted(total, values));
        }
        if (skip) {
            skipDeltas(total - 1, (int) minis, block / minis);
        }
    }

    private void skipDeltas(long count, int minis, long perMini) throws CorruptDataException {
        long left = count;
        while (left > 0) {
            varint();
            int widths = at;
            advance(minis);
            for (int i = 0; i < minis && left > 0; i++) {
                int width = bytes[widths + i] & 0xFF;
                advance(width * perMini / 8);
                left -= perMini;
            }
        }
    }

    private void advance(long count) throws CorruptDataException {
        if (count > end - at) {
            throw new CorruptDataException("the page ends early");
        }
        at += (int) count;
    }

    private int next() throws CorruptDataException {
        if (at >= end) {
            throw new CorruptDataException("the page ends early");
        }
        return bytes[at++] & 0xFF;
    }

    private int int32() throws CorruptDataException {
        return next() | next() << 8 | next() << 16 | next() << 24;
    }

    private long varint() throws CorruptDataException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int one = next();
            value |= (one & 0x7FL) << shift;
            if (one < 0x80) {
                return value;
            }
        }
        throw new CorruptDataException("a number of more than ten bytes");
    }

    private static int bits(int maxLevel) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(maxLevel);
    }
}
