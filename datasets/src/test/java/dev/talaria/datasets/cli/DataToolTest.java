package dev.talaria.datasets.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

/// The commands, as they are typed.
class DataToolTest {

    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i].replace("@", folder + "/");
        }
        ToolProvider tool = new DataTool();
        return tool.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private void threeRows() throws IOException {
        Files.writeString(
                folder.resolve("in.jsonl"),
                "{\"a\":1,\"b\":{\"c\":\"x\"}}\n"
                        + "{\"a\":2,\"b\":null}\n"
                        + "{\"a\":3,\"b\":{\"c\":\"z\"}}\n");
    }

    @Test
    void theToolIsFoundByItsName() {
        assertThat(ToolProvider.findFirst("talaria-data")).containsInstanceOf(DataTool.class);
    }

    @Test
    void rowsGoThroughEveryFormatAndComeBack() throws IOException {
        threeRows();
        assertThat(run("convert @in.jsonl @1.parquet --batch 2")).isZero();
        assertThat(run("convert @1.parquet @2.arrow --compression none")).isZero();
        assertThat(run("convert @2.arrow @3.json")).isZero();
        assertThat(run("convert @3.json @4.arrows")).isZero();
        assertThat(run("convert @4.arrows @5.jsonl.zst")).isZero();
        assertThat(run("convert @5.jsonl.zst @out.jsonl")).isZero();
        assertThat(folder.resolve("out.jsonl")).hasSameTextualContentAs(folder.resolve("in.jsonl"));
        assertThat(err.toString()).contains("3 rows, 2 columns: " + folder.resolve("1.parquet"));
    }

    @Test
    void columnsAndRowGroupsAreChosen() throws IOException {
        threeRows();
        run("convert @in.jsonl @in.parquet --batch 1");
        assertThat(run("convert @in.parquet @out.csv --columns a --row-groups 1-2")).isZero();
        assertThat(folder.resolve("out.csv")).hasContent("a\n2\n3\n");
    }

    @Test
    void theFirstRowsAndTheColumnsArePrinted() throws IOException {
        threeRows();
        assertThat(run("head @in.jsonl -n 2")).isZero();
        assertThat(out).hasToString("{\"a\":1,\"b\":{\"c\":\"x\"}}\n{\"a\":2,\"b\":null}\n");
        out.getBuffer().setLength(0);
        assertThat(run("schema @in.jsonl")).isZero();
        assertThat(out)
                .hasToString("a  int64 not null\nb  struct<c text not null>\n3 rows in 1 groups\n");
    }

    @Test
    void madeDocumentsAreTheSameForTheSameSeed() throws IOException {
        assertThat(run("synth @a.jsonl --kind invoice --count 20 --seed 9")).isZero();
        assertThat(run("synth @b.jsonl --kind invoice --count 20 --seed 9")).isZero();
        assertThat(run("synth @c.parquet --kind tool-calls --count 20 --held-out")).isZero();
        assertThat(folder.resolve("a.jsonl")).hasSameTextualContentAs(folder.resolve("b.jsonl"));
        assertThat(run("schema @c.parquet")).isZero();
        assertThat(out.toString()).contains("completion  text not null").contains("20 rows");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | 2 | name what to do: convert, head, schema or synth",
                "convert @in.jsonl | 2 | Missing required parameter: 'OUT'",
                "convert @in.jsonl @out.doc | 1 | the name says no format",
                "convert @in.jsonl @in.jsonl | 2 | is the file to read",
                "convert @in.jsonl @no/out.csv | 1 | no: there is no such folder",
                "convert @in.jsonl @out.csv --row-groups x | 2 | --row-groups: 'x' is no range",
                "convert @in.jsonl @out.csv --row-groups 1-2 | 2 | has 1, numbered from 0",
                "convert @in.jsonl @out.csv --batch 0 | 2 | --batch: 0 is below 1 row",
                "convert @in.jsonl @out.parquet --compression fast | 2 | expected one of",
                "convert @in.jsonl @out.parquet --columns a,x | 1 | there is no column 'x'; there"
                        + " are a, b",
                "head @none.jsonl | 1 | none.jsonl: there is no such file or folder",
                "head @in.jsonl -n -1 | 2 | -1 is below 0",
                "schema @notes.txt | 1 | let the name end in one of",
                "schema @broken.parquet | 1 | does not begin as parquet files do",
                "schema @empty | 1 | there are no data files",
                "synth @out.jsonl --kind novel | 2 | there is no kind 'novel'",
                "synth @out.jsonl --count -1 | 2 | -1 is below 0"
            })
    void wrongInputIsAnsweredWithPlaceFindingAndRemedy(String line, int exit, String message)
            throws IOException {
        threeRows();
        Files.writeString(folder.resolve("notes.txt"), "notes");
        Files.writeString(folder.resolve("broken.parquet"), "nothing");
        Files.createDirectories(folder.resolve("empty"));
        assertThat(run(line)).as(err.toString()).isEqualTo(exit);
        assertThat(err.toString())
                .startsWith("talaria: ")
                .contains(message)
                .doesNotContain("\tat ");
        assertThat(folder.resolve("out.csv")).doesNotExist();
    }
}
