package dev.talaria.datasets.csv;

import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.bytes.TextBytes;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;
import dev.talaria.datasets.record.TextGroups;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipException;

/// A CSV file whose first record names the columns; also compressed with gzip or Zstandard. What is
/// held in memory is one record.
///
/// A field that is empty and not quoted is null. Types are those of all values of a column, so the
/// whole file is read once for them.
public final class CsvSource implements RecordSource {

    private final Path file;
    private final ReadOptions options;
    private final char separator;
    private @Nullable Found found;

    /// What one reading of the whole file tells.
    ///
    /// @param places of the columns in the file's records
    private record Found(RecordType type, int[] places, int width, List<RowGroup> groups) {}

    private CsvSource(Path file, ReadOptions options, char separator) {
        this.file = file;
        this.options = options;
        this.separator = separator;
    }

    /// A file whose fields stand between such separators.
    public static CsvSource open(Path file, ReadOptions options, char separator) {
        return new CsvSource(file, options, separator);
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
        return new Cursor(found(), groups().subList(first, end));
    }

    @Override
    public void close() {}

    private synchronized Found found() throws IOException {
        if (found == null) {
            try (Reading records = new Reading()) {
                found = look(records);
            }
        }
        return found;
    }

    private Found look(Reading records) throws IOException {
        List<String> names = records.header();
        List<CsvShape> shapes = new ArrayList<>();
        names.forEach(_ -> shapes.add(new CsvShape()));
        long rows = 0;
        while (rows < options.firstRows()) {
            List<@Nullable String> record = records.next(names.size());
            if (record == null) {
                break;
            }
            for (int i = 0; i < record.size(); i++) {
                String text = record.get(i);
                if (text == null) {
                    shapes.get(i).addNull();
                } else if (options.inferTypes()) {
                    shapes.get(i).add(text);
                }
            }
            rows++;
        }
        RecordType whole = type(names, shapes);
        RecordType type = options.columns().isEmpty() ? whole : whole.project(options.columns());
        int[] places = type.names().stream().mapToInt(whole::indexOf).toArray();
        return new Found(type, places, names.size(), TextGroups.of(rows, options.rowsPerGroup()));
    }

    private RecordType type(List<String> names, List<CsvShape> shapes)
            throws RecordFormatException {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ValueType type = options.inferTypes() ? shapes.get(i).type() : new ValueType.Text();
            fields.add(new Field(names.get(i), type, shapes.get(i).hasNulls()));
        }
        try {
            return new RecordType(fields);
        } catch (IllegalArgumentException e) {
            throw new RecordFormatException(name(), "line 1", e.getMessage(), e);
        }
    }

    /// Records, whose faults are told with the place in the file.
    private final class Reading implements AutoCloseable {

        private final CsvParser parser;

        Reading() throws IOException {
            try {
                parser = new CsvParser(TextBytes.open(file), separator);
            } catch (CorruptDataException | ZipException e) {
                throw new RecordFormatException(name(), "offset 0", e.getMessage(), e);
            }
        }

        // pandas names the column of row numbers with nothing.
        List<String> header() throws IOException {
            List<@Nullable String> names = next(0);
            if (names == null) {
                throw new RecordFormatException(
                        name(), "line 1", "there is no line with the names of the columns");
            }
            List<String> header = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                header.add(name == null || name.isEmpty() ? "column" + i : name);
            }
            return header;
        }

        /// @param width how many fields a record has; 0 where any number is right
        @Nullable List<@Nullable String> next(int width) throws IOException {
            try {
                List<@Nullable String> record = parser.next();
                if (record != null && width > 0 && record.size() != width) {
                    throw new CorruptDataException(
                            "has %d fields, the first line names %d columns"
                                    .formatted(record.size(), width));
                }
                return record;
            } catch (CorruptDataException | ZipException | EOFException e) {
                throw new RecordFormatException(name(), "line " + parser.line(), e.getMessage(), e);
            }
        }

        @Override
        public void close() throws IOException {
            parser.close();
        }
    }

    private final class Cursor implements RecordCursor {

        private final Found file;
        private final Reading records;
        private final long end;
        private long row;

        Cursor(Found file, List<RowGroup> groups) throws IOException {
            this.file = file;
            this.row = groups.isEmpty() ? -1 : groups.getFirst().firstRow() - 1;
            this.end = groups.isEmpty() ? 0 : groups.getLast().firstRow() + groups.getLast().rows();
            this.records = new Reading();
            records.header();
            for (long i = 0; i <= row; i++) {
                records.next(file.width());
            }
        }

        @Override
        public @Nullable Row next() throws IOException {
            if (row + 1 >= end) {
                return null;
            }
            List<@Nullable String> record = records.next(file.width());
            if (record == null) {
                throw new RecordFormatException(
                        name(),
                        "line " + records.parser.line(),
                        "the file was shortened while it was read");
            }
            row++;
            List<Value> values = new ArrayList<>(file.places().length);
            for (int i = 0; i < file.places().length; i++) {
                values.add(value(file.type().fields().get(i), record.get(file.places()[i])));
            }
            return new Row(file.type(), values);
        }

        private Value value(Field field, @Nullable String text) throws RecordFormatException {
            if (text == null) {
                return Value.Null.NULL;
            }
            try {
                return CsvShape.value(field.type(), text);
            } catch (IllegalArgumentException e) {
                throw new RecordFormatException(
                        name(),
                        "line " + records.parser.line(),
                        "column '%s': %s".formatted(field.name(), e.getMessage()),
                        e);
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
