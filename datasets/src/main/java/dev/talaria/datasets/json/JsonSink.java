package dev.talaria.datasets.json;

import dev.talaria.datasets.bytes.PendingFile;
import dev.talaria.datasets.bytes.TextBytes;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowCheck;
import dev.talaria.datasets.record.WriteOptions;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes JSON: a record per line, or an array of records. How values are spelled stands at
/// [JsonWriting]. Groups have no meaning here.
public final class JsonSink implements RecordSink {

    private final RecordType type;
    private final PendingFile file;
    private final OutputStream out;
    private final boolean isArray;
    private long rows;

    private JsonSink(PendingFile file, RecordType type, OutputStream out, boolean isArray) {
        this.file = file;
        this.type = type;
        this.out = out;
        this.isArray = isArray;
    }

    /// A record per line.
    public static JsonSink lines(Path path, RecordType type, WriteOptions options)
            throws IOException {
        return create(path, type, options, false);
    }

    /// An array of records.
    public static JsonSink array(Path path, RecordType type, WriteOptions options)
            throws IOException {
        return create(path, type, options, true);
    }

    private static JsonSink create(
            Path path, RecordType type, WriteOptions options, boolean isArray) throws IOException {
        PendingFile file = PendingFile.at(path);
        try {
            OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file.path()));
            return new JsonSink(
                    file, type, TextBytes.compressing(options.compression(), bytes), isArray);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public void write(Row row) throws IOException {
        RowCheck.check(type, row);
        if (isArray) {
            out.write(rows == 0 ? '[' : ',');
            out.write('\n');
        }
        out.write(JsonWriting.text(row).getBytes(StandardCharsets.UTF_8));
        if (!isArray) {
            out.write('\n');
        }
        rows++;
    }

    @Override
    public void endGroup() {}

    @Override
    public void finish() throws IOException {
        if (isArray) {
            out.write((rows == 0 ? "[]\n" : "\n]\n").getBytes(StandardCharsets.UTF_8));
        }
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
