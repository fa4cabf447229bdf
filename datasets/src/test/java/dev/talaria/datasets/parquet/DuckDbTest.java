package dev.talaria.datasets.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Rows;
import dev.talaria.datasets.record.Samples;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;
import dev.talaria.datasets.record.WriteOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// DuckDB reads what is written here, and its own files are read here.
class DuckDbTest {

    @TempDir private Path folder;

    // DuckDB has no decimals of more than 38 digits, and no type for the rest.
    private static RecordType type() {
        List<Field> fields = new ArrayList<>();
        for (Field field : Samples.everything().fields()) {
            boolean isWide = field.type().toString().contains("decimal(76");
            if (!isWide && !field.name().equals("nothing")) {
                fields.add(field);
            }
        }
        return new RecordType(fields);
    }

    @ParameterizedTest
    @EnumSource
    void duckDbPassesOnWhatItReadsOfOurFiles(Compression compression)
            throws IOException, SQLException {
        RecordType type = type();
        List<Row> rows = Samples.rows(type, 250, new Random(11));
        Path ours = folder.resolve("ours.parquet");
        WriteOptions options =
                WriteOptions.DEFAULT.withCompression(compression).withRowsPerGroup(100);
        Rows.write(ParquetSink.create(ours, type, options), rows);
        Path theirs = folder.resolve("theirs.parquet");
        run("COPY (FROM '%s') TO '%s' (FORMAT parquet)".formatted(ours, theirs));
        try (ParquetSource source = ParquetSource.open(theirs, ReadOptions.DEFAULT)) {
            assertThat(source.type().names()).isEqualTo(type.names());
            List<Row> back = Rows.all(source);
            assertThat(back).hasSize(rows.size());
            for (int i = 0; i < rows.size(); i++) {
                for (String column : type.names()) {
                    assertThat(text(back.get(i), column))
                            .as("row %d, column %s", i, type.field(column))
                            .isEqualTo(text(rows.get(i), column));
                }
            }
        }
    }

    // Nullability, and times of another unit, are not kept; the values are.
    private static String text(Row row, String column) {
        Field field = row.type().field(column);
        Value value = row.value(column);
        assertThat(field).isNotNull();
        return JsonWriting.text(field.type(), value);
    }

    @ParameterizedTest
    @CsvSource({
        "V1, uncompressed",
        "V1, snappy",
        "V2, zstd",
        "V2, gzip",
        "V2, lz4_raw",
        "V1, lz4_raw"
    })
    void pagesOfBothVersionsAndTheirEncodingsAreRead(String version, String codec)
            throws IOException, SQLException {
        Path file = folder.resolve("encodings.parquet");
        run(
                """
                COPY (SELECT i, i * 1000003 AS big, i::DOUBLE / 7 AS d, (i %% 5)::VARCHAR AS few,
                        'text number ' || i AS many, (i %% 3 = 0) AS b,
                        CASE WHEN i %% 4 = 0 THEN NULL ELSE i::FLOAT END AS f,
                        [i, i + 1] AS l, {'x': i, 'y': 'v' || i} AS s,
                        uuid() AS u, INTERVAL (i) DAY AS iv
                      FROM range(20000) t(i))
                TO '%s' (FORMAT parquet, PARQUET_VERSION %s, COMPRESSION %s, ROW_GROUP_SIZE 6000)
                """
                        .formatted(file, version, codec));
        try (ParquetSource source = ParquetSource.open(file, ReadOptions.DEFAULT)) {
            List<Row> rows = Rows.all(source);
            assertThat(rows).hasSize(20_000);
            for (int i = 0; i < rows.size(); i += 97) {
                Row row = rows.get(i);
                assertThat(row.value("i")).isEqualTo(new Value.Int(i));
                assertThat(row.value("big")).isEqualTo(new Value.Int(i * 1000003L));
                assertThat(row.value("d")).isEqualTo(new Value.Real(i / 7.0));
                assertThat(row.value("few")).isEqualTo(new Value.Text("" + i % 5));
                assertThat(row.value("many")).isEqualTo(new Value.Text("text number " + i));
                assertThat(row.value("b")).isEqualTo(new Value.Bool(i % 3 == 0));
                assertThat(row.value("f"))
                        .isEqualTo(i % 4 == 0 ? Value.Null.NULL : new Value.Real((float) i));
                assertThat(row.value("l"))
                        .isEqualTo(
                                new Value.Elements(
                                        List.of(new Value.Int(i), new Value.Int(i + 1))));
                assertThat(row.value("s"))
                        .isEqualTo(
                                new Value.Struct(
                                        List.of(new Value.Int(i), new Value.Text("v" + i))));
                assertThat(((Value.Text) row.value("u")).value()).hasSize(36);
                assertThat(row.value("iv")).isEqualTo(new Value.Interval(0, i, 0));
            }
        }
    }

    @Test
    void aSynopsisOfTheTypesIsWhatDuckDbSees() throws IOException, SQLException {
        RecordType type =
                RecordType.of(
                        Field.required("id", ValueType.Int.INT64),
                        Field.nullable("tags", ValueType.ListOf.of(new ValueType.Text())),
                        Field.nullable("j", new ValueType.Json()));
        Path file = folder.resolve("typed.parquet");
        Rows.write(ParquetSink.create(file, type, WriteOptions.DEFAULT), List.of());
        assertThat(
                        query(
                                "SELECT column_name || ' ' || column_type FROM (DESCRIBE FROM"
                                        + " '%s')",
                                file))
                .containsExactly("id BIGINT", "tags VARCHAR[]", "j JSON");
    }

    private static void run(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> query(String sql, Path file) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql.formatted(file))) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }
}
