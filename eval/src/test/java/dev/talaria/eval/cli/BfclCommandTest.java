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

/// `eval bfcl` on a folder laid out as the leaderboard's, with recorded answers and with the
/// miniature model.
class BfclCommandTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String FUNCTION =
            "{'name':'math.add','description':'Adds.','parameters':{'type':'dict','properties':{'a':{'type':'float','description':'First.'},'b':{'type':'float','description':'Second.'}},'required':['a','b']}}";

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        Files.createDirectory(folder.resolve("possible_answer"));
        write(
                "BFCL_v3_simple.json",
                question("simple_0", "Add 1 and 2."),
                question("simple_1", "Add 3 and 4."));
        write(
                "possible_answer/BFCL_v3_simple.json",
                "{'id':'simple_0','ground_truth':[{'math.add':{'a':[1.0],'b':[2.0]}}]}",
                "{'id':'simple_1','ground_truth':[{'math.add':{'a':[3.0],'b':[4.0]}}]}");
        write("BFCL_v3_irrelevance.json", question("irrelevance_0", "What is love?"));
    }

    private Path write(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines).replace('\'', '"'));
    }

    private static String question(String id, String text) {
        return "{'id':'%s','question':[[{'role':'user','content':'%s'}]],'function':[%s]}"
                .formatted(id, text, FUNCTION);
    }

    private static String recorded(int row, String text) {
        return JSON.writeValueAsString(
                JSON.createObjectNode().put("row", row).put("text", text.replace('\'', '"')));
    }

    private int run(String... more) {
        List<String> arguments = new ArrayList<>(List.of("bfcl"));
        arguments.addAll(List.of("--dataset", folder.toString()));
        arguments.addAll(List.of("--output", folder.resolve("out").toString()));
        arguments.addAll(List.of(more));
        return new EvalTool()
                .run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        arguments.toArray(String[]::new));
    }

    private List<JsonNode> results() throws IOException {
        List<JsonNode> results = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("out/results.jsonl"))) {
            results.add(JSON.readTree(line));
        }
        return results;
    }

    private JsonNode figures(String mode) throws IOException {
        return JSON.readTree(Files.readString(folder.resolve("out/summary.json")))
                .path("modes")
                .path(mode);
    }

    @Test
    void recordedAnswersAreJudgedByCategory() throws IOException {
        Path replay =
                Files.writeString(
                        folder.resolve("replay.jsonl"),
                        String.join(
                                "\n",
                                recorded(0, "Love is a feeling."),
                                recorded(
                                        1,
                                        "<tool_call>{'name':'math_add','arguments':{'a':1,'b':2}}</tool_call>"),
                                recorded(2, "7")));
        assertThat(run("--replay", replay.toString())).as(err.toString()).isZero();
        assertThat(results())
                .extracting(it -> it.path("verdict").stringValue())
                .containsExactly("passed", "passed", "failed");
        assertThat(results().get(2).path("kinds").toString()).isEqualTo("[\"wrong-count\"]");
        assertThat(results().get(1).path("attributes").path("calls").toString())
                .isEqualTo("[\"math_add(a=1, b=2)\"]");
        JsonNode groups = figures("replay").path("groups").path("category");
        assertThat(groups.path("simple").path("passed").intValue()).isEqualTo(1);
        assertThat(groups.path("simple").path("n").intValue()).isEqualTo(2);
        assertThat(groups.path("irrelevance").path("value").doubleValue()).isEqualTo(1);
        assertThat(figures("replay").path("metrics").path("accuracy").doubleValue())
                .isEqualTo(2 / 3.0);
        assertThat(figures("replay").path("metrics").path("mean_of_categories").doubleValue())
                .isEqualTo(0.75);
    }

    @Test
    void aModelIsAskedWithAndWithoutConstraint() throws IOException {
        assertThat(
                        run(
                                "--category",
                                "simple",
                                "--limit",
                                "1",
                                "--max-tokens",
                                "64",
                                "--threads",
                                "2"))
                .as(err.toString())
                .isZero();
        List<JsonNode> results = results();
        assertThat(results)
                .extracting(it -> it.path("mode").stringValue())
                .containsExactly("unconstrained", "constrained");
        for (JsonNode result : results) {
            assertThat(result.path("prompt").stringValue())
                    .startsWith("<|im_start|>system\nYou are a function calling AI model.")
                    .contains("math_add", "Add 1 and 2.");
            // Whatever it wrote, it was asked.
            assertThat(result.path("promptTokens").intValue()).isPositive();
            assertThat(result.path("finish").stringValue()).isIn("STOP", "TOKEN_LIMIT");
        }
    }

    @Test
    void whatIsWrongIsSaidInALine() {
        assertThat(run("--category", "rest")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("talaria: --category: there is no category 'rest' that can be judged");
        err.getBuffer().setLength(0);
        assertThat(run("--format", "pigeon")).isEqualTo(2);
        assertThat(err.toString()).contains("--format: there is no format 'pigeon'");
        err.getBuffer().setLength(0);
        assertThat(run("--category", "parallel")).isEqualTo(1);
        assertThat(err.toString()).contains("there are no questions of [parallel]");
        err.getBuffer().setLength(0);
        assertThat(run("--split", "test")).isEqualTo(1);
        assertThat(err.toString()).contains("have no splits");
    }
}
