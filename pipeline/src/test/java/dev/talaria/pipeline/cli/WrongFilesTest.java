package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Files that are not there or not what they should be: one line with place, finding and remedy.
class WrongFilesTest {

    @TempDir Path folder;

    private final StringWriter err = new StringWriter();

    private Path model;
    private Path ids;

    @BeforeEach
    void writeModelAndIds() throws IOException {
        model = folder.resolve("tiny.gguf");
        ids = Files.writeString(folder.resolve("ids.txt"), "1 2\n3\n");
        assertThat(run("model", "synth", "--shape", "tiny", "--type", "F32", model)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{\"type\":'   | schema text: line 1",
                "'{\"type\": 7}' | schema #/type",
                "'{\"not\": {}}' | no value",
                "'{\"requred\": []}' | is no keyword",
                "'{\"type\": \"string\", \"enum\": [1]}' | no value",
                "''             | empty"
            })
    void aSchemaThatIsNoneIsNamedWithItsFile(String text, String finding) throws IOException {
        Path schema = Files.writeString(folder.resolve("s.json"), text);

        assertThat(run("generate", "--schema", schema, "--prompt", "x")).isEqualTo(1);
        assertThat(message()).startsWith("talaria: " + schema + ": ").contains(finding);
    }

    @Test
    void aSchemaThatIsNotUtf8IsNamed() throws IOException {
        Path schema = Files.write(folder.resolve("s.json"), new byte[] {'"', (byte) 0xFF, '"'});

        assertThat(run("generate", "--schema", schema, "--prompt", "x")).isEqualTo(1);
        assertThat(message()).isEqualTo("talaria: " + schema + ": is not UTF-8; save it as UTF-8");
    }

    @Test
    void noThreadsAreWrongUsage() {
        assertThat(run("generate", "--threads", "0", "--prompt", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("--threads = 0 is below 1");
    }

    @Test
    void aFolderForTheOutputThatIsNotThereIsNamed() {
        Path out = folder.resolve("none/out.f32");

        assertThat(logits(ids, out)).isEqualTo(1);
        assertThat(message())
                .isEqualTo(
                        "talaria: "
                                + out.getParent()
                                + ": there is no such folder; create it first");
        assertThat(run("model", "synth", "--shape", "tiny", out)).isEqualTo(1);
    }

    @Test
    void aFolderIsNoOutput() {
        assertThat(logits(ids, folder)).isEqualTo(1);
        assertThat(message()).isEqualTo("talaria: " + folder + ": is a folder; name a file in it");
    }

    @Test
    void theModelIsNotOverwrittenByItsLogits() throws IOException {
        byte[] before = Files.readAllBytes(model);

        assertThat(logits(ids, model)).isEqualTo(1);
        assertThat(message()).contains("tiny.gguf: is read, too");
        assertThat(model).hasBinaryContent(before);
    }

    @Test
    void aFileOfTheModelsFolderIsNotOverwritten() throws IOException {
        Path weights = Files.writeString(folder.resolve("model.safetensors"), "weights");

        assertThat(run("model", "logits", folder, "--ids", ids, "--out", weights)).isEqualTo(1);
        assertThat(message()).contains("model.safetensors: is read, too");
        assertThat(weights).hasContent("weights");
    }

    @Test
    void aFolderThatHoldsNoModelIsNamed() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(run("model", "info", empty)).isEqualTo(1);
        assertThat(message())
                .isEqualTo(
                        "talaria: "
                                + empty
                                + ": holds no config.json; name the folder of a Hugging Face model,"
                                + " or a .gguf file");
    }

    @Test
    void aFolderOfGgufFilesSaysWhichOnesItHolds() {
        assertThat(run("model", "info", folder)).isEqualTo(1);
        assertThat(message())
                .isEqualTo(
                        "talaria: "
                                + folder
                                + ": holds no config.json; name one of its .gguf files, such as"
                                + " tiny.gguf");
    }

    @Test
    void aFailureLeavesAnEarlierResultAndNothingElse() throws IOException {
        Path out = Files.writeString(folder.resolve("out.f32"), "earlier");
        Files.writeString(ids, "1 999999");

        assertThat(logits(ids, out)).isEqualTo(1);
        assertThat(message()).contains("id 999999 at position 1");
        assertThat(out).hasContent("earlier");
        assertThat(names()).containsExactlyInAnyOrder("tiny.gguf", "ids.txt", "out.f32");
    }

    @Test
    void logitsReplaceEarlierOnes() throws IOException {
        Path out = Files.writeString(folder.resolve("out.f32"), "earlier");

        assertThat(logits(ids, out)).isZero();
        assertThat(Files.size(out)).isPositive().matches(size -> size % (3 * 4) == 0);
        assertThat(names()).containsExactlyInAnyOrder("tiny.gguf", "ids.txt", "out.f32");
    }

    @Test
    void aWordThatIsNoIdIsNamed() throws IOException {
        Files.writeString(ids, "1 two");

        assertThat(logits(ids, folder.resolve("out.f32"))).isEqualTo(1);
        assertThat(message())
                .isEqualTo(
                        "talaria: "
                                + ids
                                + ": 'two' is not a token id; write whole numbers separated by"
                                + " white space");
    }

    @Test
    void noIdsAtAllAreSaidToBeNone() throws IOException {
        Files.writeString(ids, " \n");

        assertThat(logits(ids, folder.resolve("out.f32"))).isEqualTo(1);
        assertThat(message()).contains("0 ids are not within 1 to");
    }

    private int logits(Path ids, Path out) {
        return run("model", "logits", model, "--ids", ids, "--out", out);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private String message() {
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString().strip();
    }

    private int run(Object... arguments) {
        PrintWriter out = new PrintWriter(new StringWriter());
        String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        return Main.run(out, new PrintWriter(err, true), words);
    }
}
