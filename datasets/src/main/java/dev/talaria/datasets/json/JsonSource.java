package dev.talaria.datasets.json;

import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;
import dev.talaria.datasets.record.TextGroups;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipException;

/// A JSON file; also compressed with gzip or Zstandard. What is held in memory is one record.
///
/// Types are those of all values of a column, so the whole file is read once for them; what has no
/// common type stays JSON ([dev.talaria.datasets.record.ValueType.Json]). A member that is not
/// there is null.
public final class JsonSource implements RecordSource {

    private final Path file;
    private final ReadOptions options;
    private final JsonLayout layout;
    private @Nullable Found found;

    /// What one reading of the whole file tells.
    private record Found(RecordType type, List<RowGroup> groups) {}

    private JsonSource(Path file, ReadOptions options, JsonLayout layout) {
        this.file = file;
        this.options = options;
        this.layout = layout;
    }

    /// A file with one record per line.
    public static JsonSource lines(Path file, ReadOptions options) {
        return new JsonSource(file, options, new JsonLayout.ByLine());
    }

    /// A file with an array of records, records one after the other (a line each or not), or an
    /// object of columns.
    public static JsonSource document(Path file, ReadOptions options) throws IOException {
        try {
            return new JsonSource(file, options, JsonLayout.of(file));
        } catch (CorruptDataException e) {
            throw new RecordFormatException(file.toString(), "offset 0", e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public RecordType type() throws IOException {
        return found().type();
    }

    @Override
    public List<RowGroup> groups() throws IOException {
        return found().groups();
    }

    @Override
    public RecordCursor read(int first, int end) throws IOException {
        Objects.checkFromToIndex(first, end, groups().size());
        return new Cursor(groups().subList(first, end));
    }

    private synchronized Found found() throws IOException {
        if (found == null) {
            JsonShape shape = new JsonShape(0);
            long rows = 0;
            try (Reading records = new Reading()) {
                while (rows < options.firstRows()) {
                    JsonNode record = records.next();
                    if (record == null) {
                        break;
                    }
                    shape.add(record);
                    rows++;
                }
            }
            RecordType type = new RecordType(shape.fields());
            if (!options.columns().isEmpty()) {
                type = type.project(options.columns());
            }
            found = new Found(type, TextGroups.of(rows, options.rowsPerGroup()));
        }
        return found;
    }

    @Override
    public void close() {}

    /// Records, whose faults are told with the place in the file.
    private final class Reading implements JsonRecords {

        private final JsonRecords records;

        Reading() throws IOException {
            try {
                records = layout.open(file);
            } catch (CorruptDataException | ZipException e) {
                throw new RecordFormatException(name(), "offset 0", e.getMessage(), e);
            }
        }

        @Override
        public @Nullable JsonNode next() throws IOException {
            try {
                return records.next();
            } catch (CorruptDataException | ZipException | EOFException e) {
                throw new RecordFormatException(name(), place(), e.getMessage(), e);
            } catch (NumberFormatException e) {
                throw tooLong(e);
            }
        }

        @Override
        public void skip(long count) throws IOException {
            try {
                records.skip(count);
            } catch (CorruptDataException | ZipException | EOFException e) {
                throw new RecordFormatException(name(), place(), e.getMessage(), e);
            } catch (NumberFormatException e) {
                throw tooLong(e);
            }
        }

        // The parser's own failure where digits are kept.
        private RecordFormatException tooLong(NumberFormatException e) {
            return new RecordFormatException(
                    name(), place(), "a number's exponent has more digits than are read", e);
        }

        @Override
        public String place() {
            return records.place();
        }

        @Override
        public void close() throws IOException {
            records.close();
        }
    }

    private final class Cursor implements RecordCursor {

        private final Reading records;
        private final RecordType type;
        private final long end;
        private long row;

        Cursor(List<RowGroup> groups) throws IOException {
            type = JsonSource.this.type();
            row = groups.isEmpty() ? -1 : groups.getFirst().firstRow() - 1;
            end = groups.isEmpty() ? 0 : groups.getLast().firstRow() + groups.getLast().rows();
            records = new Reading();
            records.skip(row + 1);
        }

        @Override
        public @Nullable Row next() throws IOException {
            if (row + 1 >= end) {
                return null;
            }
            JsonNode record = records.next();
            if (record == null) {
                throw new RecordFormatException(
                        name(), records.place(), "the file was shortened while it was read");
            }
            row++;
            try {
                return JsonValues.row(type, record);
            } catch (IllegalArgumentException e) {
                throw new RecordFormatException(name(), records.place(), e.getMessage(), e);
            }
        }

        @Override
        public long row() {
            return row;
        }

        @Override
        public int group() {
            return (int) Math.floorDiv(row, options.rowsPerGroup());
        }

        @Override
        public void close() throws IOException {
            records.close();
        }
    }
}
