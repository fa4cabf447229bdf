package dev.talaria.datasets.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordFormatException;
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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// CSV in and out.
class CsvFilesTest {

    @TempDir private Path folder;

    private RecordSource open(String text, ReadOptions options) throws IOException {
        Path file = Files.writeString(folder.resolve("file.csv"), text);
        return CsvSource.open(file, options, ',');
    }

    @Test
    void quotesHoldSeparatorsLineBreaksAndQuotes() throws IOException {
        String text = "a,b\n\"x,\"\"y\"\"\r\nz\",\"\"\n,2\r\n";
        try (RecordSource source = open(text, ReadOptions.DEFAULT.withInferTypes(false))) {
            assertThat(Rows.all(source))
                    .extracting(Row::values)
                    .containsExactly(
                            List.of(new Value.Text("x,\"y\"\r\nz"), new Value.Text("")),
                            List.of(Value.Null.NULL, new Value.Text("2")));
        }
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource(
            delimiter = '|',
            value = {
                "1 | -2 | int64",
                "1 | 2.5e3 | float64",
                "007 | 1 | text",
                "+1 | 1 | text",
                "1 | x | text",
                "true | FALSE | bool",
                "2026-02-28 | 1999-12-31 | date",
                "2026-02-30 | 1999-12-31 | text",
                "2026-02-28T10:00:00 | 2026-02-28 11:00:00.5 | timestamp(us)",
                "2026-02-28T10:00:00Z | 2026-02-28T11:00:00+02:00 | timestamp(us, UTC)",
                "1e999 | 1 | text"
            })
    void aColumnHasTheTypeOfAllItsValues(String one, String other, String type) throws IOException {
        String text = "v,w\n%s,\n%s,\n".formatted(one, other);
        try (RecordSource source = open(text, ReadOptions.DEFAULT)) {
            assertThat(source.type()).hasToString("{v " + type + " not null, w text}");
            assertThat(Rows.all(source)).hasSize(2);
        }
    }

    @Test
    void textsComeBackAsTheyWere() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        RecordType type =
                RecordType.of(
                        Field.nullable("a,\"b\"", new ValueType.Text()),
                        Field.required("", new ValueType.Text()));
        List<Row> rows = new ArrayList<>();
        String[] parts = {",", "\"", "\n", "\r", "x", " ", "é", "🦉", ""};
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(5); n > 0; n--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            Value first =
                    random.nextInt(4) == 0 ? Value.Null.NULL : new Value.Text(text.toString());
            rows.add(Row.of(type, first, new Value.Text(text.reverse().toString())));
        }
        Path file = folder.resolve("back.csv");
        Rows.write(CsvSink.create(file, type, WriteOptions.DEFAULT, ','), rows);
        ReadOptions options = ReadOptions.DEFAULT.withInferTypes(false);
        try (RecordSource source = CsvSource.open(file, options, ',')) {
            assertThat(source.type().names()).containsExactly("a,\"b\"", "column1");
            assertThat(Rows.all(source))
                    .as("seed " + seed)
                    .extracting(Row::values)
                    .isEqualTo(rows.stream().map(Row::values).toList());
        }
    }

    @Test
    void nestedValuesAreJson() throws IOException {
        RecordType type =
                RecordType.of(
                        Field.required("l", ValueType.ListOf.of(ValueType.Int.INT64)),
                        Field.required("b", new ValueType.Binary()));
        Row row =
                Row.of(
                        type,
                        new Value.Elements(List.of(new Value.Int(1), Value.Null.NULL)),
                        new Value.Binary(new byte[] {1, 2, 3}));
        Path file = folder.resolve("nested.csv");
        Rows.write(CsvSink.create(file, type, WriteOptions.DEFAULT, ','), List.of(row));
        assertThat(file).hasContent("l,b\n\"[1,null]\",AQID\n");
        assertThat(JsonWriting.text(row)).isEqualTo("{\"l\":[1,null],\"b\":\"AQID\"}");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a,b/1,2/3 | line 3: has 1 fields, the first line names 2 columns",
                "a,b/1,\"2 | line 2: the quote of a field does not end",
                "a,b/1,\"2\"x | line 2: 'x' after the quote",
                "a,b/1,x\"y\" | line 2: a quote within field 'x'",
                "a,a/1,2 | line 1: columns 0 and 1 are both named 'a'",
                "~~ | line 1: there is no line with the names"
            })
    void faultsAreToldWithTheirLine(String text, String message) throws IOException {
        String lines = text == null ? "" : text.replace('/', '\n');
        try (RecordSource source = open(lines, ReadOptions.DEFAULT)) {
            assertThatThrownBy(source::type)
                    .isInstanceOf(RecordFormatException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        Path file = Files.write(folder.resolve("latin.csv"), new byte[] {'a', '\n', (byte) 0xE9});
        try (RecordSource source = CsvSource.open(file, ReadOptions.DEFAULT, ',')) {
            assertThatThrownBy(source::type)
                    .isInstanceOf(RecordFormatException.class)
                    .hasMessageContaining("line 2: is not UTF-8");
        }
    }
}
