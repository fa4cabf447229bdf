package dev.talaria.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The leaderboard's files as they lie in a folder.
class BfclFilesTest {

    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        write("BFCL_v3_simple.json", question("simple_0"), question("simple_1"));
        write("BFCL_v4_irrelevance.json", question("irrelevance_0"));
        write("BFCL_v3_live_parallel.json", question("live_parallel_0-0-0"));
        write("BFCL_v3_java.json", question("java_0"));
        write("README.md", "no questions");
        // In another order than the questions.
        write("possible_answer/BFCL_v3_simple.json", answer("simple_1"), answer("simple_0"));
        write("possible_answer/BFCL_v3_live_parallel.json", answer("live_parallel_0-0-0"));
    }

    private void write(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", lines).replace('\'', '"') + "\n");
    }

    private static String question(String id) {
        return "{'id':'%s','question':[[{'role':'user','content':'a'}]],'function':[]}"
                .formatted(id);
    }

    private static String answer(String id) {
        return "{'id':'%s','ground_truth':[{'f':{'of':['%s']}}]}".formatted(id, id);
    }

    private List<String> ids(Path path, String... categories) throws IOException {
        return new BfclFiles(path, Optional.empty(), Set.of(categories))
                .rows().stream().map(row -> row.path("id").stringValue()).toList();
    }

    @Test
    void aFolderIsReadFileByFileWhereItCanBeJudged() throws IOException {
        assertThat(ids(folder))
                .containsExactly("live_parallel_0-0-0", "simple_0", "simple_1", "irrelevance_0");
    }

    @Test
    void categoriesAreChosen() throws IOException {
        assertThat(ids(folder, "simple")).containsExactly("simple_0", "simple_1");
        assertThat(ids(folder, "irrelevance", "live_parallel"))
                .containsExactly("live_parallel_0-0-0", "irrelevance_0");
    }

    @Test
    void rightCallsAreFoundByTheirIdBesideTheQuestions() throws IOException {
        Path file = folder.resolve("BFCL_v3_simple.json");
        List<ObjectNode> rows = new BfclFiles(file, Optional.empty(), Set.of()).rows();
        assertThat(rows.get(0).path("ground_truth").toString()).contains("simple_0");
        assertThat(rows.get(1).path("ground_truth").toString()).contains("simple_1");
        assertThat(rows.get(1).path("category").stringValue()).isEqualTo("simple");
    }

    @Test
    void rightCallsMayLieElsewhereOrInTheRowsThemselves() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.move(
                folder.resolve("possible_answer/BFCL_v3_simple.json"), other.resolve("right.json"));
        Path file = folder.resolve("BFCL_v3_simple.json");
        assertThat(new BfclFiles(file, Optional.of(other.resolve("right.json")), Set.of()).rows())
                .hasSize(2);
        write(
                "mine.json",
                "[{'id':'simple_9','question':[],'function':[],'ground_truth':[{'f':{}}]}]");
        assertThat(ids(folder.resolve("mine.json"))).containsExactly("simple_9");
    }

    @Test
    void whatIsMissingOrBrokenIsSaid() throws IOException {
        assertThatThrownBy(() -> ids(folder.resolve("nowhere")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> ids(folder.resolve("BFCL_v3_java.json")))
                .hasMessageContaining("there are those of [java]");
        assertThatThrownBy(() -> ids(folder, "parallel"))
                .hasMessageContaining("there are no questions of [parallel]");
        write("BFCL_v3_multiple.json", question("multiple_0"));
        assertThatThrownBy(() -> ids(folder, "multiple"))
                .hasMessageContaining("the right calls are not in")
                .hasMessageContaining("name them with --answers");
        write("possible_answer/BFCL_v3_multiple.json", answer("multiple_1"));
        assertThatThrownBy(() -> ids(folder, "multiple"))
                .hasMessageContaining("question 'multiple_0' has no right calls among the 1");
        write("BFCL_v3_multiple.json", question("multiple_0"), "{'id':");
        assertThatThrownBy(() -> ids(folder, "multiple"))
                .hasMessageContaining("BFCL_v3_multiple.json: line 2 is not JSON");
    }
}
