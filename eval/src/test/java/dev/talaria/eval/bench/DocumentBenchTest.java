package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `bench --documents` on the miniature model.
class DocumentBenchTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void invoicesAreExtractedAndBothFormsOfTheResultAgree() throws IOException {
        Path json = folder.resolve("result.json");

        assertThat(
                        run(
                                "--documents",
                                "2",
                                "--rounds",
                                "2",
                                "--threads",
                                "2",
                                "--json",
                                json.toString()))
                .as(err.toString())
                .isZero();

        JsonNode result = JsonMapper.shared().readTree(Files.readString(json));
        assertThat(result.path("documents").asInt()).isEqualTo(2);
        assertThat(result.at("/own/seconds").size()).isEqualTo(2);
        assertThat(result.at("/own/valid").asInt()).isEqualTo(4);
        assertThat(result.at("/own/knownTokens").asInt()).isPositive();
        assertThat(result.at("/own/shortcuts/forcedTokens").asInt()).isPositive();
        assertThat(result.has("comparison")).isFalse();
        assertThat(out.toString()).contains("talaria-mini", "2 rounds of 2 documents", "4 of 4");
    }

    @Test
    void documentsOfOnesOwnNeedASchema() throws IOException {
        Path file = Files.writeString(folder.resolve("d.jsonl"), "{\"text\": \"a\"}");

        assertThat(run("--documents", "1", "--from", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--from and --schema belong together");
    }

    @Test
    void whatBelongsToPassesIsRefusedBesideDocuments() {
        for (List<String> option : List.of(List.of("--prompt", "9"), List.of("--stages"))) {
            assertThat(run(arguments(option))).isEqualTo(2);
            assertThat(err.toString()).contains(option.getFirst() + ": is of measuring passes");
        }
    }

    @Test
    void settingsOfThePeerThatMakeNoSenseAreRefusedByName() {
        for (String wrong : List.of("0", "four", "4+draft", "+lookup")) {
            assertThat(run("--documents", "1", "--peer-sequences", wrong)).isEqualTo(2);
            assertThat(err.toString()).contains("--peer-sequences: '" + wrong + "'");
        }
    }

    @Test
    void itsOptionsNeedANumberOfDocuments() {
        assertThat(run("--max-tokens", "9")).isEqualTo(2);
        assertThat(err.toString()).contains("--documents");
        assertThat(run("--documents", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--documents: 0 is below 1");
    }

    private static String[] arguments(List<String> option) {
        String[] arguments = new String[2 + option.size()];
        arguments[0] = "--documents";
        arguments[1] = "1";
        for (int i = 0; i < option.size(); i++) {
            arguments[i + 2] = option.get(i);
        }
        return arguments;
    }

    private int run(String... arguments) {
        return new BenchTool()
                .run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
