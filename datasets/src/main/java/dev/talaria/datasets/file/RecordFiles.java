package dev.talaria.datasets.file;

import dev.talaria.datasets.arrow.ArrowSink;
import dev.talaria.datasets.arrow.ArrowSource;
import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.bytes.TextBytes;
import dev.talaria.datasets.csv.CsvSink;
import dev.talaria.datasets.csv.CsvSource;
import dev.talaria.datasets.json.JsonSink;
import dev.talaria.datasets.json.JsonSource;
import dev.talaria.datasets.parquet.ParquetSink;
import dev.talaria.datasets.parquet.ParquetSource;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.WriteOptions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Opens and creates files of records in any format: Parquet, Arrow files and streams, JSON lines,
/// JSON, CSV.
///
/// ```java
/// try (RecordSource source = RecordFiles.open(path, ReadOptions.DEFAULT);
///         RecordCursor cursor = source.read();
///         RecordSink sink = RecordFiles.create(out, source.type(), WriteOptions.DEFAULT)) {
///     for (Row row = cursor.next(); row != null; row = cursor.next()) {
///         sink.write(row);
///     }
///     sink.finish();
/// }
/// ```
public final class RecordFiles {

    private static final int SNIFFED = 1 << 14;

    private RecordFiles() {}

    /// Opens a file, or all data files in a folder and those below it as one source, in the order
    /// of their names. As folders are downloaded from Hugging Face, they may hold other files too
    /// (descriptions, `dataset_info.json`, hidden ones), which are left aside.
    ///
    /// @throws NoSuchFileException where there is nothing
    /// @throws RecordFormatException where a file is damaged
    /// @throws IllegalArgumentException where a format or an option does not fit, saying what would
    public static RecordSource open(Path path, ReadOptions options) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isDirectory(path)) {
            return file(path, options);
        }
        List<Path> files = DatasetFolder.files(path, options.split());
        List<RecordSource> sources = new ArrayList<>();
        try {
            for (Path file : files) {
                sources.add(part(file, options));
            }
            return JoinedSource.of(path.toString(), sources, options.columns());
        } catch (IOException | RuntimeException e) {
            for (RecordSource source : sources) {
                source.close();
            }
            throw e;
        }
    }

    // Columns are chosen of what all files have together: one of them need not have each.
    private static RecordSource part(Path file, ReadOptions options) throws IOException {
        RecordSource whole = file(file, options.withColumns(List.of()));
        if (options.columns().isEmpty() || FileFormat.of(file).isText()) {
            return whole;
        }
        List<String> there = new ArrayList<>(options.columns());
        try (whole) {
            there.retainAll(whole.type().names());
        }
        return file(file, options.withColumns(there));
    }

    private static RecordSource file(Path file, ReadOptions options) throws IOException {
        return switch (FileFormat.of(file)) {
            case PARQUET -> ParquetSource.open(file, options);
            case ARROW, ARROW_STREAM -> ArrowSource.open(file, options);
            case JSONL -> JsonSource.lines(file, options);
            case JSON -> JsonSource.document(file, options);
            case CSV -> CsvSource.open(file, options, separator(file));
            case TSV -> CsvSource.open(file, options, '\t');
        };
    }

    // The first of the usual separators that the first line has outside of quotes.
    private static char separator(Path file) throws IOException {
        String line;
        try (InputStream bytes = TextBytes.open(file)) {
            line = new String(bytes.readNBytes(SNIFFED), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new RecordFormatException(file.toString(), "offset 0", e.getMessage(), e);
        }
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char one = line.charAt(i);
            if (one == '"') {
                quoted = !quoted;
            } else if (!quoted) {
                if (one == ',' || one == ';' || one == '\t') {
                    return one;
                }
                if (one == '\n') {
                    break;
                }
            }
        }
        return ',';
    }

    /// Begins a file in the format that its name says (`.parquet`, `.arrow`, `.arrows`, `.jsonl`,
    /// `.json`, `.csv`, `.tsv`; of texts, also with `.gz` or `.zst` after it). It is there under
    /// its name when the sink is finished.
    ///
    /// @throws IllegalArgumentException where the name says no format, or the format cannot hold
    ///   the type or the compression
    public static RecordSink create(Path file, RecordType type, WriteOptions options)
            throws IOException {
        FileFormat format = FileFormat.toWrite(file);
        Compression named = FileFormat.compressionOf(file);
        if (named != null && !format.isText()) {
            throw new IllegalArgumentException(
                    "%s: %s files are compressed inside; leave out the last ending"
                            .formatted(file, format.endings().getFirst()));
        }
        if (format.isText()
                && options.compression() != Compression.NONE
                && options.compression() != named) {
            throw new IllegalArgumentException(
                    "%s: a text file's compression is that of its name; let it end in .gz or .zst"
                            .formatted(file));
        }
        WriteOptions how = named == null ? options : options.withCompression(named);
        return switch (format) {
            case PARQUET -> ParquetSink.create(file, type, how);
            case ARROW -> ArrowSink.file(file, type, how);
            case ARROW_STREAM -> ArrowSink.stream(file, type, how);
            case JSONL -> JsonSink.lines(file, type, how);
            case JSON -> JsonSink.array(file, type, how);
            case CSV -> CsvSink.create(file, type, how, ',');
            case TSV -> CsvSink.create(file, type, how, '\t');
        };
    }

    /// Whether a file of this name is written in a binary format, which is compressed inside.
    ///
    /// @throws IllegalArgumentException where the name says no format
    public static boolean isBinary(Path file) {
        return !FileFormat.toWrite(file).isText();
    }

    /// Writes what is left of a cursor; how many rows it was.
    public static long copy(RecordCursor from, RecordSink to) throws IOException {
        long rows = 0;
        for (Row row = from.next(); row != null; row = from.next()) {
            to.write(row);
            rows++;
        }
        return rows;
    }
}
