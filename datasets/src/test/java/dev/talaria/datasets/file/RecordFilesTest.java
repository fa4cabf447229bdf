package dev.talaria.datasets.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Rows;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;
import dev.talaria.datasets.record.WriteOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Files and folders of any format, through the door.
class RecordFilesTest {

    private static final RecordType TYPE =
            RecordType.of(
                    Field.required("id", ValueType.Int.INT64),
                    Field.nullable("text", new ValueType.Text()));

    @TempDir private Path folder;

    private static List<Row> rows(int from, int to) {
        List<Row> rows = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Value text = i % 7 == 0 ? Value.Null.NULL : new Value.Text("text " + i);
            rows.add(Row.of(TYPE, new Value.Int(i), text));
        }
        return rows;
    }

    private Path write(String name, List<Row> rows) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Rows.write(RecordFiles.create(file, TYPE, WriteOptions.DEFAULT.withRowsPerGroup(10)), rows);
        return file;
    }

    private static List<List<Value>> values(List<Row> rows) {
        return rows.stream().map(Row::values).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.parquet",
                "a.arrow",
                "a.feather",
                "a.arrows",
                "a.jsonl",
                "a.json",
                "a.csv",
                "a.tsv",
                "a.jsonl.gz",
                "a.csv.zst",
                "a.json.zst",
                "A.NDJSON"
            })
    void everyFormatIsWrittenAndReadByItsName(String name) throws IOException {
        Path file = write(name, rows(0, 45));
        try (RecordSource source = RecordFiles.open(file, ReadOptions.DEFAULT)) {
            assertThat(source.type()).isEqualTo(TYPE);
            assertThat(source.rows()).isEqualTo(45);
            assertThat(values(Rows.all(source))).isEqualTo(values(rows(0, 45)));
        }
    }

    @Test
    void binaryFilesAreKnownByTheirFirstBytesWhateverTheirName() throws IOException {
        Path file = write("a.parquet", rows(0, 5));
        Path renamed = Files.move(file, folder.resolve("a.bin"));
        try (RecordSource source = RecordFiles.open(renamed, ReadOptions.DEFAULT)) {
            assertThat(source.rows()).isEqualTo(5);
        }
    }

    @Test
    void aFolderIsReadAsOneFile() throws IOException {
        write("data/train-00000-of-00002.parquet", rows(0, 25));
        write("data/train-00001-of-00002.parquet", rows(25, 40));
        write("data/test-00000-of-00001.parquet", rows(90, 95));
        Files.writeString(folder.resolve("README.md"), "# data");
        Files.writeString(folder.resolve("data/dataset_info.json"), "{\"x\": 1}");
        Files.writeString(folder.resolve("data/.hidden.jsonl"), "{");
        ReadOptions train = ReadOptions.DEFAULT.withSplit("train");
        try (RecordSource source = RecordFiles.open(folder, train)) {
            assertThat(source.rows()).isEqualTo(40);
            assertThat(source.groups()).hasSize(5);
            assertThat(values(Rows.all(source))).isEqualTo(values(rows(0, 40)));
            try (RecordCursor cursor = source.read(2, 4)) {
                for (int i = 20; i < 35; i++) {
                    Row row = cursor.next();
                    assertThat(row).isNotNull();
                    assertThat(row.value("id")).isEqualTo(new Value.Int(i));
                    assertThat(cursor.row()).isEqualTo(i);
                    assertThat(cursor.group()).isEqualTo(i < 25 ? 2 : 3);
                }
                assertThat(cursor.next()).isNull();
            }
        }
        try (RecordSource source = RecordFiles.open(folder, ReadOptions.DEFAULT)) {
            assertThat(source.rows()).isEqualTo(45);
        }
        assertThatThrownBy(() -> RecordFiles.open(folder, ReadOptions.DEFAULT.withSplit("dev")))
                .hasMessageEndingWith("there is no split 'dev'; there are test, train");
    }

    @Test
    void filesOfAFolderNeedNotAgreeInEveryType() throws IOException {
        Files.writeString(folder.resolve("1.jsonl"), "{\"a\": 1, \"b\": [1], \"c\": 1}\n");
        Files.writeString(folder.resolve("2.jsonl"), "{\"a\": 0.5, \"b\": [\"x\"], \"d\": null}\n");
        try (RecordSource source = RecordFiles.open(folder, ReadOptions.DEFAULT)) {
            assertThat(source.type())
                    .hasToString(
                            "{a float64 not null, b list<json not null> not null, c int64, d"
                                    + " null}");
            assertThat(Rows.all(source))
                    .extracting(JsonWriting::text)
                    .containsExactly(
                            "{\"a\":1.0,\"b\":[1],\"c\":1,\"d\":null}",
                            "{\"a\":0.5,\"b\":[\"x\"],\"c\":null,\"d\":null}");
        }
        ReadOptions columns = ReadOptions.DEFAULT.withColumns(List.of("d", "a"));
        try (RecordSource source = RecordFiles.open(folder, columns)) {
            assertThat(Rows.all(source))
                    .extracting(JsonWriting::text)
                    .containsExactly("{\"d\":null,\"a\":1.0}", "{\"d\":null,\"a\":0.5}");
        }
    }

    @Test
    void aFileThatIsNotFinishedIsNotThere() throws IOException {
        for (String name : List.of("a.parquet", "a.arrow", "a.jsonl", "a.csv")) {
            Path file = write(name, rows(0, 3));
            try (RecordSink sink = RecordFiles.create(file, TYPE, WriteOptions.DEFAULT)) {
                for (Row row : rows(100, 150)) {
                    sink.write(row);
                }
            }
            try (RecordSource source = RecordFiles.open(file, ReadOptions.DEFAULT)) {
                assertThat(source.rows()).as(name).isEqualTo(3);
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(4);
        }
    }

    @Test
    void aRowThatDoesNotFitIsRefusedBeforeItIsWritten() throws IOException {
        for (String name : List.of("a.parquet", "a.arrow", "a.jsonl", "a.csv")) {
            try (RecordSink sink =
                    RecordFiles.create(folder.resolve(name), TYPE, WriteOptions.DEFAULT)) {
                Row wrong = Row.of(TYPE, Value.Null.NULL, Value.Null.NULL);
                assertThatThrownBy(() -> sink.write(wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("column 'id'")
                        .hasMessageContaining("may not be null");
            }
        }
    }

    @Test
    void whatCannotBeWrittenIsSaidWithARemedy() {
        WriteOptions gzip = WriteOptions.DEFAULT.withCompression(Compression.GZIP);
        assertThatThrownBy(() -> RecordFiles.create(folder.resolve("a.arrow"), TYPE, gzip))
                .hasMessageContaining("zstd or none");
        assertThatThrownBy(() -> RecordFiles.create(folder.resolve("a.csv"), TYPE, gzip))
                .hasMessageContaining("let it end in .gz");
        assertThatThrownBy(() -> RecordFiles.create(folder.resolve("a.xls"), TYPE, gzip))
                .hasMessageContaining(".parquet");
        assertThatThrownBy(() ->
                        RecordFiles.create(
                                folder.resolve("a.parquet.gz"), TYPE, WriteOptions.DEFAULT))
                .hasMessageContaining("compressed inside");
    }

    @Test
    void anEmptyFileOfEveryFormatHasNoRows() throws IOException {
        for (String name : List.of("a.parquet", "a.arrow", "a.arrows", "a.csv", "a.json")) {
            Path file = write(name, List.of());
            try (RecordSource source = RecordFiles.open(file, ReadOptions.DEFAULT)) {
                assertThat(Rows.all(source)).as(name).isEmpty();
                assertThat(source.rows()).as(name).isZero();
            }
        }
    }
}
