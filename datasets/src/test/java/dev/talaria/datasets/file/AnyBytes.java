package dev.talaria.datasets.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Any bytes at all as a file of records: they are read, and what is read can be written, or the
/// error is the typed one, with the file's name before it.
final class AnyBytes {

    private static final int MOST_ROWS = 1_000;

    private AnyBytes() {}

    /// @param ending of the file's name, such as `.csv`
    static void read(String ending, byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ending);
        try {
            Files.write(file, bytes);
            read(file);
        } finally {
            Files.delete(file);
        }
    }

    private static void read(Path file) throws IOException {
        try (RecordSource source = RecordFiles.open(file, ReadOptions.DEFAULT);
                RecordCursor cursor = source.read()) {
            Row row = cursor.next();
            for (int i = 0; row != null && i < MOST_ROWS; i++) {
                assertThat(JsonWriting.text(row)).isNotNull();
                row = cursor.next();
            }
        } catch (RecordFormatException expected) {
            assertThat(expected).hasMessageStartingWith(file + ", ");
        } catch (IllegalArgumentException expected) {
            assertThat(expected.getMessage()).as("%s", expected).contains(file.toString());
        }
    }
}
