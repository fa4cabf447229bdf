package dev.talaria.eval.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

/// `eval mcq` on the miniature model. Which choices it finds probable is not compared with
/// anything: a better model will find others.
class McqCommandTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(
                folder.resolve("arc.jsonl"),
                """
                {"id":"1","question":"Which is hot?","choices":{"text":["ice","fire"],"label":["A","B"]},"answerKey":"B"}
                {"id":"2","question":"Which is cold?","choices":{"text":["ice","fire","the sun"],"label":["1","2","3"]},"answerKey":"1"}
                {"id":"3","question":"%s?","choices":{"text":["long","short"],"label":["A","B"]},"answerKey":"A"}
                """
                        .formatted("How long is this ".repeat(120)));
    }

    private int run(String... arguments) {
        return new EvalTool()
                .run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private List<JsonNode> results(String name) throws IOException {
        List<JsonNode> results = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(name).resolve("results.jsonl"))) {
            results.add(JSON.readTree(line));
        }
        return results;
    }

    private JsonNode metrics(String name, String mode) throws IOException {
        return JSON.readTree(Files.readString(folder.resolve(name).resolve("summary.json")))
                .path("modes")
                .path(mode)
                .path("metrics");
    }

    private int ask(String name, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "mcq",
                                "--dataset",
                                folder.resolve("arc.jsonl").toString(),
                                "--output",
                                folder.resolve(name).toString(),
                                "--context",
                                "128",
                                "--threads",
                                "2"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    @Test
    void aRunScoresAllChoicesAndItsScoresCanBeJudgedAgain() throws IOException {
        assertThat(ask("asked", "--task", "arc_easy")).as(err.toString()).isZero();
        List<JsonNode> asked = results("asked");
        assertThat(asked).hasSize(3);
        assertThat(asked.get(1).path("attributes").path("tokens").size()).isEqualTo(3);
        assertThat(asked.get(0).path("attributes").path("cutTokens").intValue()).isZero();
        assertThat(asked.get(2).path("attributes").path("cutTokens").intValue()).isPositive();
        JsonNode figures = metrics("asked", "unconstrained");
        assertThat(figures.path("cut_contexts").intValue()).isEqualTo(1);
        double p = figures.path("acc").doubleValue();
        assertThat(figures.path("acc_stderr").doubleValue())
                .isCloseTo(Math.sqrt(p * (1 - p) / 2), within(1e-12));
        assertThat(out.toString()).contains("acc_norm");

        StringBuilder recorded = new StringBuilder();
        for (JsonNode each : asked) {
            recorded.append(
                    "{\"row\":%s,\"text\":%s}%n".formatted(each.path("row"), each.path("output")));
        }
        Path replay = Files.writeString(folder.resolve("replay.jsonl"), recorded);
        assertThat(ask("replayed", "--task", "arc_easy", "--replay", replay.toString()))
                .as(err.toString())
                .isZero();
        List<JsonNode> replayed = results("replayed");
        for (int i = 0; i < 3; i++) {
            assertThat(replayed.get(i).path("verdict")).isEqualTo(asked.get(i).path("verdict"));
            assertThat(replayed.get(i).path("reasons")).isEqualTo(asked.get(i).path("reasons"));
        }
    }

    @Test
    void theSameRunHasTheSameScoresHoweverManyAreAskedTogether() throws IOException {
        assertThat(ask("one", "--sequences", "1")).as(err.toString()).isZero();
        assertThat(ask("many", "--sequences", "16")).as(err.toString()).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(results("many").get(i).path("output"))
                    .isEqualTo(results("one").get(i).path("output"));
        }
    }

    @Test
    void whatIsWrongIsSaidInALine() {
        assertThat(ask("wrong", "--task", "arc_hard")).isEqualTo(2);
        assertThat(err.toString()).startsWith("talaria: --task: there is no task 'arc_hard'");
        err.getBuffer().setLength(0);
        assertThat(ask("wrong", "--begin-token", "always")).isEqualTo(2);
        assertThat(err.toString()).contains("'always' is neither model nor none");
        err.getBuffer().setLength(0);
        assertThat(ask("wrong", "--task", "piqa")).isEqualTo(1);
        assertThat(err.toString())
                .contains("row 0 is no row of mcq: there is no 'goal'; there are id, question");
    }
}
