package dev.talaria.datasets.parquet;

import dev.talaria.datasets.bytes.Codecs;
import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.record.RecordFormatException;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32;

/// The pages of one column of one row group, read from the file one at a time as they are asked
/// for.
///
/// What is wrong with a page is thrown as an [UncheckedIOException] around a
/// [RecordFormatException] with the page's offset: the decoders in between know no other.
final class ColumnPages implements PageReader {

    private static final int HEADER_GUESS = 1 << 10;
    private static final int MAX_HEADER = 1 << 26;

    private final FileChannel channel;
    private final String file;
    private final ColumnDescriptor column;
    private final CompressionCodec codec;
    private final Statistics<?> noStatistics;
    private final long limit;
    private final long values;
    private long valuesLeft;
    private long position;
    private @Nullable Page ahead;

    /// A page as it lies in the file.
    private record Page(PageHeader header, long offset, byte[] bytes) {}

    /// @param limit where pages end at the latest
    ColumnPages(
            FileChannel channel,
            String file,
            ColumnDescriptor column,
            ColumnMetaData meta,
            long limit)
            throws CorruptDataException {
        this.channel = channel;
        this.file = file;
        this.column = column;
        this.codec = meta.getCodec();
        this.limit = limit;
        this.values = meta.getNum_values();
        this.valuesLeft = values;
        this.noStatistics = Statistics.getBuilderForReading(column.getPrimitiveType()).build();
        long first = meta.getData_page_offset();
        long dictionary = meta.getDictionary_page_offset();
        this.position =
                meta.isSetDictionary_page_offset() && dictionary > 0
                        ? Math.min(first, dictionary)
                        : first;
        if (position < 4 || position >= limit) {
            throw new CorruptDataException(
                    "column '%s': its pages begin at offset %d, outside of the file's %d"
                            .formatted(name(), position, limit));
        }
    }

    @Override
    public long getTotalValueCount() {
        return values;
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        try {
            Page page = peek();
            if (page == null || page.header().getType() != PageType.DICTIONARY_PAGE) {
                return null;
            }
            ahead = null;
            return dictionary(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public DataPage readPage() {
        try {
            while (true) {
                Page page = peek();
                if (page == null) {
                    throw failure(
                            position, "the pages end with %d values missing".formatted(valuesLeft));
                }
                ahead = null;
                PageType type = page.header().getType();
                if (type != PageType.DATA_PAGE && type != PageType.DATA_PAGE_V2) {
                    continue;
                }
                DataPage data = type == PageType.DATA_PAGE ? first(page) : second(page);
                if (data.getValueCount() > 0) {
                    return data;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Page peek() throws IOException {
        if (ahead == null && valuesLeft > 0 && position < limit) {
            ahead = next();
        }
        return ahead;
    }

    private Page next() throws IOException {
        long offset = position;
        try {
            PageHeader header = header();
            int length = header.getCompressed_page_size();
            if (length < 0 || length > limit - position || header.getUncompressed_page_size() < 0) {
                throw new CorruptDataException(
                        "a page of %d bytes where there are %d"
                                .formatted(length, limit - position));
            }
            byte[] bytes = ParquetFooter.read(channel, position, length);
            position += length;
            checkSum(header, bytes);
            return new Page(header, offset, bytes);
        } catch (CorruptDataException | ThriftGuard.EndOfBytes e) {
            throw failure(offset, e);
        }
    }

    private PageHeader header() throws IOException, ThriftGuard.EndOfBytes {
        long available = limit - position;
        for (long guess = HEADER_GUESS; ; guess *= 8) {
            int length = (int) Math.min(guess, available);
            byte[] bytes = ParquetFooter.read(channel, position, length);
            try {
                int end = ThriftGuard.endOf(bytes, 0, length, available);
                PageHeader header = Util.readPageHeader(new ByteArrayInputStream(bytes, 0, end));
                position += end;
                return header;
            } catch (ThriftGuard.EndOfBytes e) {
                if (length == available || guess > MAX_HEADER) {
                    throw e;
                }
            } catch (CorruptDataException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                throw new CorruptDataException("no page header: " + e.getMessage(), e);
            }
        }
    }

    private static void checkSum(PageHeader header, byte[] bytes) throws CorruptDataException {
        if (header.isSetCrc()) {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            if ((int) crc.getValue() != header.getCrc()) {
                throw new CorruptDataException("the page's checksum is not that of its bytes");
            }
        }
    }

    private DictionaryPage dictionary(Page page) throws IOException {
        try {
            DictionaryPageHeader header = page.header().getDictionary_page_header();
            if (header == null) {
                throw new CorruptDataException("a dictionary page without its header");
            }
            byte[] bytes = decompress(page.bytes(), 0, page.header().getUncompressed_page_size());
            int entries = header.getNum_values();
            if (entries < 0 || (long) entries * bytesPerEntry() > bytes.length) {
                throw new CorruptDataException(
                        "a dictionary of %d entries in %d bytes".formatted(entries, bytes.length));
            }
            return new DictionaryPage(
                    BytesInput.from(bytes), entries, encoding(header.getEncoding()));
        } catch (CorruptDataException e) {
            throw failure(page.offset(), e);
        }
    }

    private long bytesPerEntry() {
        PrimitiveType type = column.getPrimitiveType();
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> 1;
            case INT32, FLOAT, BINARY -> 4;
            case INT64, DOUBLE -> 8;
            case INT96 -> 12;
            case FIXED_LEN_BYTE_ARRAY -> Math.max(1, type.getTypeLength());
        };
    }

    private DataPage first(Page page) throws IOException {
        try {
            DataPageHeader header = page.header().getData_page_header();
            if (header == null) {
                throw new CorruptDataException("a data page without its header");
            }
            int count = take(header.getNum_values());
            byte[] bytes = decompress(page.bytes(), 0, page.header().getUncompressed_page_size());
            Encoding repetition = encoding(header.getRepetition_level_encoding());
            Encoding definition = encoding(header.getDefinition_level_encoding());
            Encoding encoding = encoding(header.getEncoding());
            PageGuard.checkV1(
                    bytes,
                    count,
                    column.getMaxRepetitionLevel(),
                    repetition,
                    column.getMaxDefinitionLevel(),
                    definition,
                    encoding);
            return new DataPageV1(
                    BytesInput.from(bytes),
                    count,
                    bytes.length,
                    noStatistics,
                    repetition,
                    definition,
                    encoding);
        } catch (CorruptDataException e) {
            throw failure(page.offset(), e);
        }
    }

    private DataPage second(Page page) throws IOException {
        try {
            DataPageHeaderV2 header = page.header().getData_page_header_v2();
            if (header == null) {
                throw new CorruptDataException("a data page without its header");
            }
            int count = take(header.getNum_values());
            int repetition = header.getRepetition_levels_byte_length();
            int definition = header.getDefinition_levels_byte_length();
            byte[] bytes = page.bytes();
            if (repetition < 0 || definition < 0 || (long) repetition + definition > bytes.length) {
                throw new CorruptDataException(
                        "levels of %d and %d bytes in a page of %d"
                                .formatted(repetition, definition, bytes.length));
            }
            int levels = repetition + definition;
            int size = page.header().getUncompressed_page_size() - levels;
            boolean isPacked = !header.isSetIs_compressed() || header.isIs_compressed();
            byte[] data =
                    isPacked
                            ? decompress(bytes, levels, size)
                            : Arrays.copyOfRange(bytes, levels, bytes.length);
            byte[] repetitions = Arrays.copyOf(bytes, repetition);
            byte[] definitions = Arrays.copyOfRange(bytes, repetition, levels);
            PageGuard.checkLevels(repetitions, count, column.getMaxRepetitionLevel());
            PageGuard.checkLevels(definitions, count, column.getMaxDefinitionLevel());
            Encoding encoding = encoding(header.getEncoding());
            PageGuard.checkValues(data, count, encoding);
            return DataPageV2.uncompressed(
                    header.getNum_rows(),
                    header.getNum_nulls(),
                    count,
                    BytesInput.from(repetitions),
                    BytesInput.from(definitions),
                    encoding,
                    BytesInput.from(data),
                    noStatistics);
        } catch (CorruptDataException e) {
            throw failure(page.offset(), e);
        }
    }

    private int take(int count) throws CorruptDataException {
        if (count < 0 || count > valuesLeft) {
            throw new CorruptDataException(
                    "a page of %d values where %d are left".formatted(count, valuesLeft));
        }
        valuesLeft -= count;
        return count;
    }

    private Encoding encoding(org.apache.parquet.format.@Nullable Encoding encoding)
            throws CorruptDataException {
        if (encoding == null) {
            throw new CorruptDataException("an encoding that is not known");
        }
        return Encoding.valueOf(encoding.name());
    }

    private byte[] decompress(byte[] in, int offset, int size) throws CorruptDataException {
        int length = in.length - offset;
        if (size == 0) {
            return new byte[0];
        }
        if (codec == null) {
            throw new CorruptDataException("a compression that is not known");
        }
        return switch (codec) {
            case UNCOMPRESSED -> Codecs.slice(in, offset, length);
            case SNAPPY -> Codecs.unsnappy(in, offset, length, size);
            case GZIP -> Codecs.ungzip(in, offset, length, size);
            case ZSTD -> Codecs.unzstd(in, offset, length, size);
            case LZ4_RAW -> Codecs.unlz4Block(in, offset, length, size);
            case LZ4 -> Codecs.unlz4Hadoop(in, offset, length, size);
            case BROTLI -> Codecs.unbrotli(in, offset, length, size);
            case LZO ->
                    throw new CorruptDataException(
                            codec + " is not supported; write the file with zstd, snappy or gzip");
        };
    }

    private String name() {
        return String.join(".", column.getPath());
    }

    private RecordFormatException failure(long offset, Exception cause) {
        return new RecordFormatException(
                file,
                "offset " + offset,
                "column '%s': %s".formatted(name(), cause.getMessage()),
                cause);
    }

    private RecordFormatException failure(long offset, String finding) {
        return new RecordFormatException(
                file, "offset " + offset, "column '%s': %s".formatted(name(), finding));
    }
}
