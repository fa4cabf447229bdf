package dev.talaria.eval.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The commands as a user gives them, with the miniature model.
class EvalToolTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir Path folder;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();
    private Path calls;
    private Path output;

    @BeforeEach
    void writeRows() throws IOException {
        calls = folder.resolve("calls.jsonl");
        output = folder.resolve("out");
        Files.writeString(
                calls,
                IntStream.range(0, 3)
                        .mapToObj(EvalToolTest::row)
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    private static String row(int i) {
        ObjectNode row = JSON.createObjectNode();
        row.putArray("prompt")
                .addObject()
                .put("role", "user")
                .put("content", "Wake me at %d o'clock.".formatted(i));
        row.put(
                "tools",
                """
                [{"type": "function", "function": {"name": "wake", "description": "Wakes.",
                  "parameters": {"type": "object", "properties": {"hour": {"type": "integer"}},
                    "required": ["hour"]}}}]
                """);
        row.put("completion", "[{\"name\": \"wake\", \"arguments\": {\"hour\": %d}}]".formatted(i));
        return row.toString();
    }

    @Test
    void aModelIsAskedWithAndWithoutTheConstraintAndTheSameSeedsGiveTheSame() throws IOException {
        assertThat(ask("--seeds", "2")).as(err.toString()).isZero();

        List<JsonNode> results = results();
        assertThat(results).hasSize(12);
        assertThat(results.get(1).path("mode").asString()).isEqualTo("constrained");
        assertThat(results)
                .filteredOn(it -> it.path("mode").asString().equals("constrained"))
                .allSatisfy(it ->
                        assertThat(it.path("output").asString())
                                .startsWith("<tool_call>")
                                .contains("\"wake\""));
        assertThat(results.getFirst().path("prompt").asString())
                .startsWith("<|im_start|>system\nYou are a function calling AI model.")
                .contains("Wake me at 0 o'clock.");
        assertThat(results.getFirst().at("/expected/0/arguments/hour").asInt()).isZero();
        assertThat(results).allMatch(it -> it.path("promptTokens").asInt() > 100);

        JsonNode summary = summary();
        assertThat(summary.path("suite").asString()).isEqualTo("func-calling");
        assertThat(summary.at("/model/sha256").asString()).hasSize(64);
        assertThat(summary.at("/options/temperature").asString()).isEqualTo("0.1");
        assertThat(summary.at("/modes/constrained/n").asInt()).isEqualTo(6);
        assertThat(out.toString()).contains("pass@1", "constrained", "written to " + output);

        Path second = folder.resolve("second");
        List<String> before = withoutTimes(output);
        output = second;
        assertThat(ask("--seeds", "0,1", "--sequences", "1")).isZero();
        assertThat(withoutTimes(second)).isEqualTo(before);
    }

    @Test
    void aRunIsContinuedWithTheSameOptionsOnly() throws IOException {
        assertThat(ask("--constraint", "on")).as(err.toString()).isZero();
        List<String> whole = withoutTimes(output);
        Path results = output.resolve("results.jsonl");
        List<String> lines = Files.readAllLines(results);
        Files.writeString(results, lines.getFirst() + "\n" + lines.get(1).substring(0, 20));

        assertThat(ask("--constraint", "on", "--temperature", "0.5")).isEqualTo(1);
        assertThat(err.toString())
                .contains("holds another run: options.temperature was \"0.1\" and is \"0.5\"")
                .contains("--restart")
                .doesNotContain("\tat ");
        assertThat(ask("--constraint", "off", "--verbose")).isEqualTo(1);
        assertThat(err.toString()).contains("options.modes was", "\tat ");

        calls = Files.move(calls, folder.resolve("moved.jsonl"));
        assertThat(ask("--constraint", "on")).isZero();
        assertThat(withoutTimes(output)).isEqualTo(whole);
        assertThat(Files.readAllLines(results).getFirst()).isEqualTo(lines.getFirst());

        assertThat(ask("--constraint", "on", "--temperature", "0.5", "--restart")).isZero();
        assertThat(summary().at("/options/temperature").asString()).isEqualTo("0.5");
    }

    @Test
    void recordedAnswersAreJudgedWithoutAModel() throws IOException {
        Path recorded = folder.resolve("recorded.jsonl");
        Files.writeString(
                recorded,
                """
                {"row": 2, "text": "<tool_call>{'name': 'wake', 'arguments': {'hour': 2}}</tool_call>"}
                {"row": 0, "text": "<tool_call>{'name': 'wake', 'arguments': {'hour': 7}}</tool_call>"}
                {"row": 0, "text": null}
                {"row": 9, "text": "none"}
                """);

        assertThat(run("func-calling", "--replay", recorded.toString())).isZero();

        assertThat(results())
                .extracting(it -> it.path("row").asInt() + " " + it.path("verdict").asString())
                .containsExactly("0 failed", "2 passed");
        assertThat(results().getFirst().path("reasons").valueStream().map(JsonNode::asString))
                .containsExactly("Expected: 0", "Got: 7", "wake validation: failed");
        assertThat(results().getLast().at("/strict/verdict").asString()).isEqualTo("failed");
        assertThat(err.toString())
                .contains("1 row (1) without a recorded text, which is not judged")
                .contains("1 recorded line without a text")
                .contains("1 row (9) recorded, but not among the chosen rows of the dataset");
        assertThat(summary().path("notes")).hasSize(3);

        assertThat(
                        run(
                                "func-calling",
                                "--replay",
                                recorded.toString(),
                                "--parse",
                                "strict",
                                "--restart"))
                .isZero();
        assertThat(results()).allMatch(it -> it.path("verdict").asString().equals("failed"));
    }

    @Test
    void jsonModeHoldsTheModelToTheRowsSchema() throws IOException {
        ObjectNode row = JSON.createObjectNode();
        row.put("prompt", "Vendor: Oak Sports").put("completion", "{\"vendor\": \"Oak Sports\"}");
        row.put(
                "schema",
                "{'type': 'object', 'properties': {'vendor': {'type': 'string', 'maxLength': 20}},"
                        + " 'required': ['vendor'], 'additionalProperties': False}");
        calls = Files.writeString(folder.resolve("one.json"), "[" + row + "]");

        assertThat(run("json-mode", "--max-tokens", "40")).as(err.toString()).isZero();

        assertThat(results()).hasSize(2);
        assertThat(JSON.readTree(results().getLast().path("output").asString()).propertyNames())
                .containsExactly("vendor");
        assertThat(results().getLast().path("prompt").asString())
                .contains("<schema>\n{\"type\": \"object\"", "Vendor: Oak Sports");
    }

    @Test
    void aPromptThatDoesNotFitFailsItsRowAndNoOther() throws IOException {
        String row = row(1);
        Files.writeString(
                calls, row + "\n" + row.replace("Wake me", "Wake me ".repeat(3_000)) + "\n");

        assertThat(ask("--constraint", "off")).isZero();

        assertThat(results().getLast().path("kinds").valueStream().map(JsonNode::asString))
                .containsExactly("prompt-too-long");
        assertThat(results().getFirst().path("kinds").toString()).doesNotContain("too-long");
    }

    @Test
    void mistakesAreSaidInOneLine() throws IOException {
        assertThat(ask("--seeds", "none")).isEqualTo(2);
        assertThat(err.toString()).contains("--seeds: 'none' is no number from 1 and no list");
        assertThat(ask("--rows", "7-")).isEqualTo(1);
        assertThat(err.toString()).contains("none of its rows is chosen; check --rows");
        assertThat(ask("--limit", "0")).isEqualTo(2);
        assertThat(ask("--model", folder.resolve("none.gguf").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("none.gguf: there is no such file");
        calls = folder.resolve("absent.jsonl");
        assertThat(ask()).isEqualTo(1);
        assertThat(err.toString()).contains("absent.jsonl: there is no such file");
        calls = Files.writeString(folder.resolve("other.jsonl"), "{\"a\": 1}\n");
        assertThat(ask()).isEqualTo(1);
        assertThat(err.toString())
                .contains("other.jsonl: row 0 is no row of func-calling: there is no 'tools'");
        Files.writeString(calls, row(1));
        output = calls;
        assertThat(ask()).isEqualTo(1);
        assertThat(err.toString()).contains("other.jsonl: is a file; name a folder");
        assertThat(new EvalTool().run(writer(out), writer(err))).isEqualTo(2);
        assertThat(err.toString()).contains("func-calling, json-mode");
    }

    private int ask(String... more) {
        return run("func-calling", Stream.concat(Stream.of("--max-tokens", "24"), Stream.of(more)));
    }

    private int run(String suite, String... more) {
        return run(suite, Stream.of(more));
    }

    private int run(String suite, Stream<String> more) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(suite, "--dataset", calls.toString()));
        arguments.addAll(List.of("--output", output.toString()));
        more.forEach(arguments::add);
        return new EvalTool().run(writer(out), writer(err), arguments.toArray(String[]::new));
    }

    private static PrintWriter writer(StringWriter text) {
        return new PrintWriter(text, true);
    }

    private JsonNode summary() throws IOException {
        return JSON.readTree(Files.readString(output.resolve("summary.json")));
    }

    private List<JsonNode> results() throws IOException {
        return Files.readAllLines(output.resolve("results.jsonl")).stream()
                .map(JSON::readTree)
                .toList();
    }

    private static List<String> withoutTimes(Path run) throws IOException {
        return Files.readAllLines(run.resolve("results.jsonl")).stream()
                .map(line -> ((ObjectNode) JSON.readTree(line)).without("latencyMillis"))
                .map(JsonNode::toString)
                .toList();
    }
}
