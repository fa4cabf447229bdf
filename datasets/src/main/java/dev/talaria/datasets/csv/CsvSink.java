package dev.talaria.datasets.csv;

import dev.talaria.datasets.bytes.PendingFile;
import dev.talaria.datasets.bytes.TextBytes;
import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowCheck;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;
import dev.talaria.datasets.record.WriteOptions;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes CSV with a first line of names, lines ending in `\n`. Null is an empty field, an empty
/// text a quoted one. Values are spelled as in JSON, without its quotes around texts; lists, maps
/// and structs are JSON.
public final class CsvSink implements RecordSink {

    private final RecordType type;
    private final char separator;
    private final PendingFile file;
    private final OutputStream out;

    private CsvSink(PendingFile file, RecordType type, OutputStream out, char separator) {
        this.file = file;
        this.type = type;
        this.out = out;
        this.separator = separator;
    }

    /// Begins a file whose fields stand between such separators.
    public static CsvSink create(Path path, RecordType type, WriteOptions options, char separator)
            throws IOException {
        PendingFile file = PendingFile.at(path);
        try {
            OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file.path()));
            OutputStream out = TextBytes.compressing(options.compression(), bytes);
            CsvSink sink = new CsvSink(file, type, out, separator);
            sink.header();
            return sink;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void header() throws IOException {
        StringBuilder line = new StringBuilder();
        for (String name : type.names()) {
            if (!line.isEmpty()) {
                line.append(separator);
            }
            field(line, name);
        }
        end(line);
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public void write(Row row) throws IOException {
        RowCheck.check(type, row);
        StringBuilder line = new StringBuilder();
        List<Value> values = row.values();
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                line.append(separator);
            }
            Value value = values.get(i);
            if (!value.isNull()) {
                field(line, text(type.fields().get(i).type(), value));
            } else if (values.size() == 1) {
                // An empty line would be no record.
                throw new IllegalArgumentException(
                        "column '%s': a null in the only column cannot be written to CSV"
                                .formatted(type.names().getFirst()));
            }
        }
        end(line);
    }

    private void end(StringBuilder line) throws IOException {
        out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ValueType type, Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Json(String text) -> text;
            case Value.Elements _, Value.Entries _, Value.Struct _, Value.Interval _ ->
                    JsonWriting.text(type, value);
            case Value.Null _,
                    Value.Bool _,
                    Value.Int _,
                    Value.Real _,
                    Value.Decimal _,
                    Value.Binary _,
                    Value.Date _,
                    Value.Time _,
                    Value.Timestamp _,
                    Value.LocalTimestamp _,
                    Value.Span _ -> {
                String json = JsonWriting.text(type, value);
                // None of these needs an escape within the quotes.
                yield json.startsWith("\"") ? json.substring(1, json.length() - 1) : json;
            }
        };
    }

    private void field(StringBuilder line, String text) {
        boolean isPlain = !text.isEmpty();
        for (int i = 0; i < text.length() && isPlain; i++) {
            char one = text.charAt(i);
            isPlain = one != separator && one != '"' && one != '\n' && one != '\r';
        }
        if (isPlain) {
            line.append(text);
        } else {
            line.append('"').append(text.replace("\"", "\"\"")).append('"');
        }
    }

    @Override
    public void endGroup() {}

    @Override
    public void finish() throws IOException {
        out.close();
        file.commit();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            out.close();
        }
    }
}
