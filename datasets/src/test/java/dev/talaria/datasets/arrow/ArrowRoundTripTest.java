package dev.talaria.datasets.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;
import dev.talaria.datasets.record.Rows;
import dev.talaria.datasets.record.Samples;
import dev.talaria.datasets.record.ValueType;
import dev.talaria.datasets.record.WriteOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// What is written is read again, value for value.
class ArrowRoundTripTest {

    @TempDir private Path folder;

    /// The types that Parquet does not have, too.
    static RecordType everything() {
        List<Field> fields = new ArrayList<>(Samples.everything().fields());
        for (Precision precision : Precision.values()) {
            fields.add(Field.nullable("span" + precision, new ValueType.Duration(precision)));
        }
        fields.add(Field.nullable("seconds", new ValueType.Time(Precision.SECOND)));
        fields.add(Field.nullable("stamp", ValueType.Timestamp.utc(Precision.SECOND)));
        fields.add(
                Field.nullable(
                        "zoned",
                        new ValueType.Timestamp(Precision.MICRO, Optional.of("Europe/Madrid"))));
        fields.add(Field.nullable("interval", new ValueType.Interval()));
        fields.add(Field.nullable("empty", ValueType.Struct.of()));
        return new RecordType(fields);
    }

    @ParameterizedTest
    @CsvSource({"false, NONE", "true, NONE", "false, ZSTD", "true, ZSTD"})
    void everyTypeComesBack(boolean stream, Compression compression) throws IOException {
        long seed = new Random().nextLong();
        RecordType type = everything();
        List<Row> rows = Samples.rows(type, 300, new Random(seed));
        Path file = folder.resolve("all.arrow");
        WriteOptions options =
                WriteOptions.DEFAULT.withCompression(compression).withRowsPerGroup(70);
        RecordSink sink =
                stream
                        ? ArrowSink.stream(file, type, options)
                        : ArrowSink.file(file, type, options);
        Rows.write(sink, rows);
        try (ArrowSource source = ArrowSource.open(file, ReadOptions.DEFAULT)) {
            assertThat(source.type()).isEqualTo(type);
            assertThat(source.groups())
                    .extracting(RowGroup::rows)
                    .containsExactly(70L, 70L, 70L, 70L, 20L);
            assertThat(Rows.all(source)).as("seed " + seed).isEqualTo(rows);
        }
    }

    @Test
    void someGroupsAndSomeColumnsAreRead() throws IOException {
        RecordType type = everything();
        List<Row> rows = Samples.rows(type, 95, new Random(1));
        Path file = folder.resolve("some.arrow");
        Rows.write(ArrowSink.file(file, type, WriteOptions.DEFAULT.withRowsPerGroup(10)), rows);
        List<String> columns = List.of("people", "flat3");
        ReadOptions options = ReadOptions.DEFAULT.withColumns(columns);
        try (ArrowSource source = ArrowSource.open(file, options);
                RecordCursor cursor = source.read(3, 5)) {
            assertThat(source.type()).isEqualTo(type.project(columns));
            for (int i = 30; i < 50; i++) {
                Row row = cursor.next();
                assertThat(row).isNotNull();
                assertThat(row.value("people")).isEqualTo(rows.get(i).value("people"));
                assertThat(row.value("flat3")).isEqualTo(rows.get(i).value("flat3"));
                assertThat(cursor.row()).isEqualTo(i);
                assertThat(cursor.group()).isEqualTo(i / 10);
            }
            assertThat(cursor.next()).isNull();
        }
    }

    @Test
    void aFileWithoutRowsHasItsColumns() throws IOException {
        Path file = folder.resolve("none.arrow");
        Rows.write(ArrowSink.file(file, everything(), WriteOptions.DEFAULT), List.of());
        try (ArrowSource source = ArrowSource.open(file, ReadOptions.DEFAULT)) {
            assertThat(source.type()).isEqualTo(everything());
            assertThat(source.rows()).isZero();
            assertThat(Rows.all(source)).isEmpty();
        }
    }
}
