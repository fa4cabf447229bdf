package dev.talaria.eval.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Extraction and comparison as a user asks for them, and wrong input.
class ExtractionToolTest {

    private static final String ROWS =
            """
            {"text": "Vendor: Oak Sports. Total: 12.50 EUR.", "gold": {"vendor": "Oak Sports", "total": 12.5}}
            {"text": "Vendor: Elm Books. Total: 3.00 EUR.", "gold": {"vendor": "Elm Books", "total": 3}}
            """;
    private static final String RIGHT =
            """
            {"row": 0, "text": "{\\"vendor\\": \\"OAK SPORTS\\", \\"total\\": \\"12,50 €\\"}"}
            {"row": 1, "text": "{\\"vendor\\": \\"Elm Books\\", \\"total\\": 3}"}
            """;
    private static final String HALF_RIGHT =
            """
            {"row": 0, "text": "{\\"vendor\\": \\"Oak Sports\\", \\"total\\": 12.5}"}
            {"row": 1, "text": "{\\"vendor\\": \\"Elm Books\\", \\"total\\": 4}"}
            """;

    @TempDir Path folder;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();
    private Path rows;

    @BeforeEach
    void writeRows() throws IOException {
        rows = Files.writeString(folder.resolve("rows.jsonl"), ROWS);
    }

    @Test
    void aModelIsAskedInBothModes() throws IOException {
        Path withLong =
                Files.writeString(
                        folder.resolve("long.jsonl"),
                        ROWS
                                + "{\"text\": \""
                                + "word ".repeat(20_000)
                                + "\", \"gold\": {\"vendor\": \"x\", \"total\": 1}}\n");

        assertThat(extract(withLong, "--max-tokens", "60")).as(err.toString()).isZero();

        List<JsonNode> results = results("out");
        assertThat(results).hasSize(6);
        assertThat(results)
                .filteredOn(it ->
                        it.path("mode").asString().equals("constrained")
                                && it.path("row").asInt() < 2)
                .allMatch(it -> it.at("/attributes/schemaValid").asBoolean());
        assertThat(results)
                .filteredOn(it -> it.path("row").asInt() == 2)
                .allMatch(it -> it.at("/kinds/0").asString().equals("prompt-too-long"));
        assertThat(results.getFirst().path("prompt").asString())
                .startsWith("<|im_start|>system\nYou are a helpful assistant that answers in JSON.")
                .contains("\nExtract the data from this text.\nVendor: Oak Sports.");
        JsonNode summary = summary("out");
        assertThat(summary.at("/options/schemaSource").asString()).startsWith("derived");
        assertThat(summary.at("/modes/constrained/metrics/fields/total/type").asString())
                .isEqualTo("amount");
        // The document that was never asked about has its values missing.
        assertThat(summary.at("/modes/constrained/metrics/fields/vendor/missing").asInt())
                .isPositive();
        assertThat(Files.readString(folder.resolve("out/report.html"))).contains("By field");
    }

    @Test
    void twoRunsAreCompared() throws IOException {
        replay("right", RIGHT);
        replay("half", HALF_RIGHT);
        Path page = folder.resolve("compared.html");

        assertThat(run("compare", path("right"), path("half"), "--output", page.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("−50.0 points", "now failing: rows 1", "written to");
        assertThat(Files.readString(page)).contains("Output of A");
        assertThat(run("compare", path("right"), path("half"), "--fail-if-worse")).isEqualTo(3);
        assertThat(err.toString()).contains("B is worse by 50.0 points");
        assertThat(run("compare", path("right"), path("half"), "--fail-if-worse=50")).isZero();
        assertThat(run("compare", path("half"), path("right"), "--fail-if-worse")).isZero();
    }

    @Test
    void thePageOfARunIsMadeAgain() throws IOException {
        replay("right", RIGHT);
        Path page = folder.resolve("right/report.html");
        Files.delete(page);

        assertThat(run("report", path("right"))).isZero();
        assertThat(page).exists();
    }

    @Test
    void wrongInputIsNamedInOneLine() throws IOException {
        replay("right", RIGHT);

        assertFails("no-such-folder", 1, "compare", path("no-such-folder"), path("right"));
        assertFails("results.jsonl", 1, "compare", folder.toString(), path("right"));
        assertFails("name an output folder", 1, "compare", rows.toString(), path("right"));
        assertFails(
                "--output",
                2,
                "compare",
                path("right"),
                path("right"),
                "--output",
                folder.toString());
        assertFails(
                "--fail-if-worse",
                2,
                "compare",
                path("right"),
                path("right"),
                "--fail-if-worse=-1");
        assertFails("results.jsonl", 1, "report", folder.toString());
        assertFails("there is no such file", 2, arguments("--schema", path("none.json")));
        assertFails("there is no column 'page'", 1, arguments("--text-column", "page"));
        assertFails("--field-type", 2, arguments("--field-type", "total=money"));
        assertFails("--date-order", 2, arguments("--date-order", "day-first"));
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\n{");
        assertFails("line 2 is no JSON", 2, arguments("--schema", broken.toString()));
    }

    private String[] arguments(String... more) throws IOException {
        Path answers = Files.writeString(folder.resolve("right.jsonl"), RIGHT);
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "extraction",
                                "--dataset",
                                rows.toString(),
                                "--replay",
                                answers.toString(),
                                "--output",
                                path("wrong")));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private void assertFails(String finding, int code, String... arguments) {
        err = new StringWriter();
        assertThat(run(arguments)).as(finding).isEqualTo(code);
        assertThat(err.toString().strip()).contains(finding).doesNotContain("\n");
    }

    private void replay(String name, String answers) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".jsonl"), answers);
        int code =
                run(
                        "extraction",
                        "--dataset",
                        rows.toString(),
                        "--replay",
                        file.toString(),
                        "--output",
                        path(name));
        assertThat(code).as(err.toString()).isZero();
    }

    private int extract(Path dataset, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "extraction",
                                "--dataset",
                                dataset.toString(),
                                "--output",
                                path("out")));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private int run(String... arguments) {
        return new EvalTool()
                .run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private List<JsonNode> results(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name).resolve("results.jsonl")).stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    private JsonNode summary(String name) throws IOException {
        return JsonMapper.shared()
                .readTree(Files.readString(folder.resolve(name).resolve("summary.json")));
    }
}
