package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

class BatchCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    @BeforeEach
    void writeInput() throws IOException {
        Files.writeString(folder.resolve("s.json"), ScriptedBatch.SCHEMA);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            String text = i % 4 == 3 ? "reject me" : "document " + i;
            lines.append(
                    "{\"id\": \"d%d\", \"pages\": %d, \"text\": \"%s\"}%n".formatted(i, i, text));
        }
        Files.writeString(folder.resolve("in.jsonl"), lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "arrow", "arrows", "jsonl", "jsonl.gz", "jsonl.zst"})
    void everyRowIsExtractedOrRejectedWithItsReason(String ending) throws IOException {
        assertThat(batch("out." + ending, "--commit-rows", "3")).isZero();

        assertThat(rows("out." + ending))
                .hasSize(8)
                .first()
                .asString()
                .startsWith(
                        "{\"id\":\"d0\",\"pages\":0,\"extraction\":\"{\\\"text\\\": \\\"document"
                            + " 0\\\", \\\"length\\\": 10}\",\"text\":\"document 0\",\"length\":10,"
                            + "\"x_model\":\"scripted\"");
        assertThat(rows("out.rejected." + ending))
                .hasSize(2)
                .first()
                .asString()
                .isEqualTo(
                        "{\"id\":\"d3\",\"pages\":3,\"text\":\"reject"
                            + " me\",\"rejected_stage\":\"VALIDATION\",\"rejected_class\":\"Scripted\",\"rejected_message\":\"document:"
                            + " it asks for it; do not\",\"rejected_output\":\"{\\\"te\"}");
        assertThat(out.toString())
                .contains("{\"rows\":10,\"documents\":10,\"extracted\":8,\"rejected\":2,");
        assertThat(hidden()).containsExactly(".out." + ending + ".batch.json");
    }

    @Test
    void theSameCommandGivenAgainFindsNothingToDo() {
        assertThat(batch("out.parquet")).isZero();
        assertThat(batch("out.parquet")).isZero();

        assertThat(err.toString()).contains("was finished before; nothing to do");
    }

    @Test
    void anOutputThatIsThereIsReplacedOnlyWhereThatIsAskedFor() throws IOException {
        Files.writeString(folder.resolve("out.jsonl"), "mine");

        assertThat(batch("out.jsonl")).isEqualTo(1);
        assertThat(err.toString()).contains("is there already").contains("--overwrite");
        assertThat(folder.resolve("out.jsonl")).hasContent("mine");

        assertThat(batch("out.jsonl", "--overwrite")).isZero();
        assertThat(rows("out.jsonl")).hasSize(8);
    }

    @Test
    void rejectedRowsCanBeGivenAsInputAgain() throws IOException {
        assertThat(batch("out.parquet")).isZero();
        assertThat(
                        run(
                                "batch",
                                "-i",
                                path("out.rejected.parquet"),
                                "-o",
                                path("again.parquet"),
                                "--schema",
                                path("s.json")))
                .isZero();

        assertThat(rows("again.rejected.parquet")).isEqualTo(rows("out.rejected.parquet"));
    }

    @Test
    void theFilterAndTheLimitChooseRows() throws IOException {
        assertThat(batch("out.jsonl", "--where", "pages >= 4 and id <> 'd5'", "--limit", "3"))
                .isZero();

        assertThat(rows("out.jsonl").stream().map(row -> row.substring(7, 9)))
                .containsExactly("d4", "d6");
        assertThat(rows("out.rejected.jsonl")).hasSize(1);
    }

    @Test
    void columnsAreChosenAndNamesThatAreTakenGiveWay() throws IOException {
        assertThat(batch("out.jsonl", "--columns", "text", "--limit", "1", "--timings")).isZero();

        assertThat(rows("out.jsonl").getFirst())
                .startsWith("{\"text\":\"document 0\",\"extraction\":")
                .contains("\"extraction_text\":\"document 0\"")
                .contains("\"x_latency_ms\":");
    }

    @Test
    void partsStayApartWhereThatIsAskedFor() throws IOException {
        assertThat(batch("parts", "--parts", "--commit-rows", "4")).isZero();

        try (Stream<Path> files = Files.list(folder.resolve("parts"))) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactly(
                            "part-00000.parquet", "part-00001.parquet", "part-00002.parquet");
        }
        assertThat(rows("parts")).hasSize(8);
        assertThat(rows("parts.rejected")).hasSize(2);
    }

    @Test
    void eachRowMayHaveASchemaOfItsOwn() throws IOException {
        Files.writeString(
                folder.resolve("own.jsonl"),
                """
                {"text": "one", "schema": "{\\"type\\": \\"object\\"}"}
                {"text": "two", "schema": null}
                """);

        assertThat(
                        run(
                                "batch",
                                "-i",
                                path("own.jsonl"),
                                "-o",
                                path("out.jsonl"),
                                "--schema-column",
                                "schema"))
                .isZero();

        assertThat(rows("out.jsonl")).hasSize(1);
        assertThat(rows("out.rejected.jsonl").getFirst()).contains("NoSchema", "'schema' is null");
    }

    @Test
    void documentsOfAFolderAreARowEach() throws IOException {
        Path documents = Files.createDirectory(folder.resolve("documents"));
        Files.writeString(documents.resolve("b.html"), "<html><body><p>Page</p></body></html>");
        Files.writeString(documents.resolve("a.txt"), "Plain");
        Files.writeString(documents.resolve("broken.pdf"), "%PDF-1.4 broken");
        Files.writeString(documents.resolve("notes.md"), "left aside");

        assertThat(
                        run(
                                "batch",
                                "-i",
                                documents.toString(),
                                "-o",
                                path("out.jsonl"),
                                "--schema",
                                path("s.json")))
                .isZero();

        assertThat(rows("out.jsonl"))
                .satisfiesExactly(
                        row -> assertThat(row).startsWith("{\"path\":\"a.txt\",\"bytes\":5,"),
                        row -> assertThat(row).contains("\"text\":\"Page\",\"length\":4"));
        assertThat(rows("out.rejected.jsonl").getFirst())
                .startsWith("{\"path\":\"broken.pdf\"")
                .contains("DamagedDocument");

        assertThat(
                        run(
                                "batch",
                                "-i",
                                path("out.rejected.jsonl"),
                                "--file-column",
                                "path",
                                "--files",
                                documents.toString(),
                                "-o",
                                path("again.jsonl"),
                                "--schema",
                                path("s.json")))
                .isZero();
        assertThat(rows("again.rejected.jsonl")).hasSize(1);
    }

    @Test
    void namesOfFilesDoNotLeadOutOfTheirFolder() throws IOException {
        Path inside = Files.createDirectory(folder.resolve("inside"));
        Files.writeString(folder.resolve("secret.txt"), "secret");
        Files.writeString(
                folder.resolve("names.jsonl"),
                "{\"path\": \"../secret.txt\"}\n{\"path\": \"/etc/hosts\"}\n");

        assertThat(
                        run(
                                "batch",
                                "-i",
                                path("names.jsonl"),
                                "--file-column",
                                "path",
                                "--files",
                                inside.toString(),
                                "-o",
                                path("out.jsonl"),
                                "--schema",
                                path("s.json")))
                .isZero();

        assertThat(rows("out.rejected.jsonl"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row).contains("it does not lie in"));
    }

    @Test
    void aFolderWithBothKindsAsksWhichIsMeant() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "text");

        assertThat(
                        run(
                                "batch",
                                "-i",
                                folder.toString(),
                                "-o",
                                "/tmp/x.jsonl",
                                "--schema",
                                path("s.json")))
                .isEqualTo(1);

        assertThat(err.toString())
                .contains("it holds 1 documents and 2 files of records; say --read documents");
    }

    @Test
    void rejectedRowsFailTheCommandWhereThatIsAskedFor() {
        assertThat(batch("out.jsonl", "--fail-on-rejected")).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--where pages>x | 2 | --where, column 7: 'x' is no value",
                "--columns nope | 1 | there is no column 'nope'; there are id, pages, text",
                "--columns id,extraction | 1 | there is no column 'extraction'",
                "--text-column pages | 1 | column 'pages' is int64, no text and no bytes",
                "--schema-column text | 2 | give --schema FILE, or --schema-column NAME",
                "--commit-rows 0 | 2 | --commit-rows = 0 is below 1",
                "--limit -1 | 2 | --limit = -1 is below 0",
                "--enforce maybe | 2 | --enforce = 'maybe' is neither strict nor hybrid",
                "--temperature -1 | 2 | temperature -1.0 is not within 0 to 100",
                "--format arrow | 2 | --format is for --parts",
                "--read all | 2 | --read = 'all' is neither records nor documents",
                "--spelling tight | 2 | --spelling: 'tight' is neither",
                "--dry-run | 1 | no tokens to count"
            })
    void whatIsWrongIsSaidBeforeAnythingIsWritten(String options, int code, String message) {
        assertThat(batch("out.jsonl", options.split(" "))).isEqualTo(code);

        assertThat(err.toString()).contains(message);
        assertThat(err.toString().lines().filter(line -> !line.startsWith("try: "))).hasSize(1);
        assertThat(folder.resolve("out.jsonl")).doesNotExist();
        assertThat(hidden()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "out.csv, an output ends in one of .parquet",
        "no/such/out.jsonl, there is no such folder"
    })
    void placesThatCannotBeWrittenAreNamed(String output, String message) {
        assertThat(batch(output)).isNotZero();

        assertThat(err.toString()).contains(message);
    }

    private int batch(String output, String... options) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "batch",
                                "-i",
                                path("in.jsonl"),
                                "-o",
                                path(output),
                                "--schema",
                                path("s.json")));
        arguments.addAll(Arrays.asList(options));
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return ScriptedBatch.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private List<String> rows(String name) throws IOException {
        List<String> rows = new ArrayList<>();
        try (RecordSource source = RecordFiles.open(folder.resolve(name), ReadOptions.DEFAULT);
                RecordCursor cursor = source.read()) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(JsonWriting.text(row));
            }
        }
        return rows;
    }

    private List<String> hidden() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("."))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
