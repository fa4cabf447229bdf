package dev.talaria.datasets.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;
import dev.talaria.datasets.record.Rows;
import dev.talaria.datasets.record.Samples;
import dev.talaria.datasets.record.WriteOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// What is written is read again, value for value.
class ParquetRoundTripTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void everyTypeComesBackInEveryCompression(Compression compression) throws IOException {
        long seed = new Random().nextLong();
        RecordType type = Samples.everything();
        List<Row> rows = Samples.rows(type, 300, new Random(seed));
        Path file = folder.resolve("all.parquet");
        WriteOptions options =
                WriteOptions.DEFAULT.withCompression(compression).withRowsPerGroup(70);
        Rows.write(ParquetSink.create(file, type, options), rows);
        try (ParquetSource source = ParquetSource.open(file, ReadOptions.DEFAULT)) {
            assertThat(source.type()).isEqualTo(type);
            assertThat(source.groups())
                    .extracting(RowGroup::rows)
                    .containsExactly(70L, 70L, 70L, 70L, 20L);
            assertThat(Rows.all(source)).as("seed " + seed).isEqualTo(rows);
        }
    }

    @Test
    void someGroupsAndSomeColumnsAreRead() throws IOException {
        RecordType type = Samples.everything();
        List<Row> rows = Samples.rows(type, 95, new Random(1));
        Path file = folder.resolve("some.parquet");
        Rows.write(ParquetSink.create(file, type, WriteOptions.DEFAULT.withRowsPerGroup(10)), rows);
        List<String> columns = List.of("people", "flat3");
        ReadOptions options = ReadOptions.DEFAULT.withColumns(columns);
        try (ParquetSource source = ParquetSource.open(file, options);
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
}
