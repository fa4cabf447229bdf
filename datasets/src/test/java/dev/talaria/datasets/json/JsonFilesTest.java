package dev.talaria.datasets.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;
import dev.talaria.datasets.record.Rows;
import dev.talaria.datasets.record.Value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Records of JSON files, in every way they are laid out.
class JsonFilesTest {

    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("file.json"), text);
    }

    private static List<String> texts(RecordSource source) throws IOException {
        return Rows.all(source).stream().map(JsonWriting::text).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"a\": 1, \"b\": \"x\"}, {\"a\": 2, \"b\": null}]",
                "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2, \"b\": null}\n",
                "{\n \"a\": 1,\n \"b\": \"x\"\n}\n{\"a\": 2, \"b\": null}",
                "{\"a\": [1, 2], \"b\": [\"x\", null]}",
                "{\"a\": {\"0\": 1, \"1\": 2}, \"b\": {\"0\": \"x\", \"1\": null}}",
                "\uFEFF[{\"a\": 1, \"b\": \"x\"}, {\"a\": 2}]"
            })
    void everyLayoutGivesTheSameRows(String text) throws IOException {
        try (RecordSource source = JsonSource.document(file(text), ReadOptions.DEFAULT)) {
            assertThat(source.type()).hasToString("{a int64 not null, b text}");
            assertThat(texts(source))
                    .containsExactly("{\"a\":1,\"b\":\"x\"}", "{\"a\":2,\"b\":null}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 2 | int64",
                "1 | 2.5 | float64",
                "9007199254740993 | 2.5 | json",
                "1 | 9223372036854775808 | json",
                "1e400 | 1 | json",
                "NaN | 1 | float64",
                "1 | \"x\" | json",
                "true | false | bool",
                "[] | [1] | list<int64 not null>",
                "[1, null] | [1.5] | list<float64>",
                "[1] | [\"x\"] | list<json not null>",
                "{} | {} | json",
                "{\"x\": 1} | {\"y\": 2} | struct<x int64, y int64>",
                "{\"x\": 1} | {\"x\": 2} | struct<x int64 not null>",
                "{\"x\": 1} | [1] | json"
            })
    void aColumnHasTheTypeOfAllItsValues(String one, String other, String type) throws IOException {
        Path file = file("{\"v\": %s}\n{\"v\": %s}\n".formatted(one, other));
        try (RecordSource source = JsonSource.lines(file, ReadOptions.DEFAULT)) {
            assertThat(source.type().fields().getFirst().type()).hasToString(type);
            assertThat(Rows.all(source)).hasSize(2);
        }
    }

    @Test
    void valuesWithoutACommonTypeKeepTheirText() throws IOException {
        Path file = file("{\"v\": 1.10}\n{\"v\": {\"b\": [1, 2], \"a\": \"é\"}}\n");
        try (RecordSource source = JsonSource.lines(file, ReadOptions.DEFAULT)) {
            assertThat(Rows.all(source))
                    .extracting(row -> row.value("v"))
                    .containsExactly(
                            new Value.Json("1.10"), new Value.Json("{\"b\":[1,2],\"a\":\"é\"}"));
        }
    }

    @Test
    void aMapWithVeryManyKeysIsNoStruct() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            lines.append("{\"m\": {\"key%d\": %d}}\n".formatted(i, i));
        }
        try (RecordSource source = JsonSource.lines(file(lines.toString()), ReadOptions.DEFAULT)) {
            assertThat(source.type()).hasToString("{m json not null}");
            assertThat(Rows.all(source)).hasSize(400);
        }
    }

    @Test
    void groupsOfLinesAreReadFromWhereTheyBegin() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 25; i++) {
            lines.append("{\"i\": %d}\r\n\n".formatted(i));
        }
        ReadOptions options = ReadOptions.DEFAULT.withRowsPerGroup(10);
        try (RecordSource source = JsonSource.lines(file(lines.toString()), options)) {
            assertThat(source.groups())
                    .containsExactly(
                            new RowGroup(0, 0, 10),
                            new RowGroup(1, 10, 10),
                            new RowGroup(2, 20, 5));
            try (RecordCursor cursor = source.read(1, 3)) {
                for (int i = 10; i < 25; i++) {
                    Row row = cursor.next();
                    assertThat(row).isNotNull();
                    assertThat(row.value("i")).isEqualTo(new Value.Int(i));
                    assertThat(cursor.row()).isEqualTo(i);
                    assertThat(cursor.group()).isEqualTo(i / 10);
                }
                assertThat(cursor.next()).isNull();
            }
        }
    }

    @Test
    void compressedFilesAreReadAsTheyAre() throws IOException {
        Path file = folder.resolve("lines.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"a\": 1}\n".getBytes(StandardCharsets.UTF_8));
        }
        try (RecordSource source = JsonSource.lines(file, ReadOptions.DEFAULT)) {
            assertThat(texts(source)).containsExactly("{\"a\":1}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\": 1}~{\"a\": | line 2, column",
                "{\"a\": 1}~[1] | line 2: is ARRAY, not an object",
                "{\"a\": 1, \"a\": 2} | line 1, column 15: Duplicate",
                "{\"a\": 01} | line 1, column 8",
                "{\"a\": 1} {\"a\": 2} | line 1, column 10: something follows after the record"
            })
    void faultsAreToldWithTheirLine(String text, String message) throws IOException {
        Path file = file(text.replace('~', '\n'));
        try (RecordSource source = JsonSource.lines(file, ReadOptions.DEFAULT)) {
            assertThatThrownBy(source::type)
                    .isInstanceOf(RecordFormatException.class)
                    .hasMessageStartingWith(file + ", ")
                    .hasMessageContaining(message);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1e99999999999}",
                "[{\"a\": 2}, {\"a\": 1e-99999999999}]",
                "{\"a\": [1, 1e99999999999]}"
            })
    void aNumberThatNoDigitsHoldIsRefusedWithItsPlace(String text) throws IOException {
        Path file = file(text);
        try (RecordSource source = JsonSource.document(file, ReadOptions.DEFAULT)) {
            assertThatThrownBy(source::type)
                    .isInstanceOf(RecordFormatException.class)
                    .hasMessageStartingWith(file + ", ")
                    .hasMessageContaining("exponent");
        }
    }

    @Test
    void nestingWithoutEndIsRefused() throws IOException {
        Path file = file("{\"a\": " + "[".repeat(100_000));
        try (RecordSource source = JsonSource.lines(file, ReadOptions.DEFAULT)) {
            assertThatThrownBy(source::type)
                    .isInstanceOf(RecordFormatException.class)
                    .hasMessageContaining("depth");
        }
        assertThatThrownBy(() -> JsonSource.document(file, ReadOptions.DEFAULT))
                .isInstanceOf(RecordFormatException.class);
    }

    @Test
    void columnsOfDifferentLengthsAreRefused() throws IOException {
        Path file = file("{\"a\": [1, 2], \"b\": [1]}");
        try (RecordSource source = JsonSource.document(file, ReadOptions.DEFAULT)) {
            assertThatThrownBy(source::type)
                    .isInstanceOf(RecordFormatException.class)
                    .hasMessageContaining("row 1");
        }
    }
}
