package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Damaged models, and what is none, through every command that takes one: a failure is one line
/// that begins with the place, and an exit code.
class HostileModelsTest {

    private static final Path HF =
            Path.of(System.getProperty("talaria.root", ".."))
                    .resolve("../shared/fixtures/hf")
                    .normalize();

    /// Which part of a model is damaged.
    enum Part {
        WEIGHTS,
        TOKENIZER,
        BOTH
    }

    @TempDir Path work;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path model;

    @BeforeEach
    void nameTheModel() {
        model = work.resolve("model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mistral-bf16-sharded", "llama3-style", "lora/base"})
    void aFolderIsAModelForEveryCommand(String fixture) throws IOException {
        copy(fixture);
        for (List<String> command : commands()) {
            assertThat(run(command)).as("%s: %s", command, err).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "truncated tokenizer  | TOKENIZER | tokenizer.json at offset",
                "truncated index      | WEIGHTS   | model.safetensors.index.json",
                "truncated config     | BOTH      | config.json at offset",
                "climbing index       | WEIGHTS   | model.safetensors.index.json",
                "truncated shard      | WEIGHTS   | model-00001-of-00003.safetensors",
                "absent shard         | WEIGHTS   | model-00002-of-00003.safetensors",
                "no tokenizer         | TOKENIZER | tokenizer.model",
                "no configuration     | WEIGHTS   | config.json",
                "no weights           | WEIGHTS   | safetensors",
                "empty folder         | BOTH      | .json",
                "folder of gguf files | WEIGHTS   | such as a.gguf",
                "text file            | BOTH      | model at offset",
                "empty file           | BOTH      | offset 0",
                "truncated gguf       | BOTH      | at offset"
            })
    void everyCommandSaysInOneLineWhatIsWrong(String damage, Part part, String place)
            throws IOException {
        damage(damage);
        for (List<String> command : commands()) {
            boolean unharmed =
                    part == Part.TOKENIZER && command.contains("logits")
                            || part == Part.WEIGHTS && command.contains("tokenize");
            if (unharmed) {
                continue;
            }
            int exit = run(command);
            if (exit == 3) {
                assertThat(out.toString()).as("%s: %s", damage, command).contains(place);
            } else {
                assertThat(exit).as("%s: %s: %s", damage, command, err).isEqualTo(1);
                assertOneLine(damage, command).contains(place);
            }
            assertThat(work.resolve("out")).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "model.safetensors, 2000, llama3-style",
        "tokenizer.json, 100000, llama3-style",
        "config.json, 500, llama3-style",
        "model.safetensors.index.json, 1000, mistral-bf16-sharded",
        "tokenizer.model, 60000, mistral-bf16-sharded"
    })
    void flippedBitsEndInOneLineOrDoNotMatter(String file, int span, String fixture)
            throws IOException {
        copy(fixture);
        byte[] sound = Files.readAllBytes(model.resolve(file));
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 25; i++) {
            byte[] flipped = sound.clone();
            int at = random.nextInt(Math.min(span, flipped.length));
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(model.resolve(file), flipped);
            List<List<String>> all = commands();
            List<String> command = all.get(i % all.size());
            int exit = run(command);
            if (exit == 1) {
                assertOneLine("bit flip at " + at + " of " + file + ", seed " + seed, command);
            } else {
                assertThat(exit).as("%s: %s", command, err).isIn(0, 3);
            }
        }
    }

    @Test
    void flippedBitsOfAGgufFileEndInOneLineOrDoNotMatter() throws IOException {
        run(List.of("model", "synth", "--shape", "tiny", "--type", "Q4_0", model.toString()));
        byte[] sound = Files.readAllBytes(model);
        long seed = 6;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 40; i++) {
            byte[] flipped = sound.clone();
            int at = random.nextInt(2000);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(model, flipped);
            List<List<String>> all = commands();
            List<String> command = all.get(i % all.size());
            if (run(command) == 1) {
                assertOneLine("bit flip at " + at + ", seed " + seed, command);
            }
        }
    }

    private AbstractStringAssert<?> assertOneLine(String what, List<String> command) {
        assertThat(err.toString().lines()).as("%s: %s: %s", what, command, err).hasSize(1);
        return assertThat(err.toString())
                .as("%s: %s", what, command)
                .startsWith("talaria: " + work)
                .doesNotContain("--verbose", "Exception");
    }

    private List<List<String>> commands() throws IOException {
        String ids = Files.writeString(work.resolve("ids.txt"), "1 2 3").toString();
        String path = model.toString();
        String target = work.resolve("out").toString();
        return List.of(
                List.of("model", "info", path),
                List.of("model", "logits", path, "--ids", ids, "--out", target),
                List.of("model", "quantize", path, target, "--type", "Q8_0", "--force"),
                List.of("model", "tokenize", path, "--jsonl"),
                List.of("generate", "--model", path, "--raw", "--prompt=x", "--max-tokens=2"));
    }

    private void damage(String how) throws IOException {
        switch (how) {
            case "text file" -> Files.writeString(model, "once upon a time there was a model\n");
            case "empty file" -> Files.createFile(model);
            case "truncated gguf" -> {
                run(List.of("model", "synth", "--shape", "tiny", model.toString()));
                truncate(model, 900);
            }
            case "empty folder" -> Files.createDirectory(model);
            case "folder of gguf files" -> {
                Files.createDirectory(model);
                Files.writeString(model.resolve("a.gguf"), "GGUF");
            }
            case "truncated tokenizer" -> {
                copy("llama3-style");
                truncate(model.resolve("tokenizer.json"), 5000);
            }
            default -> damageShards(how);
        }
    }

    private void damageShards(String how) throws IOException {
        copy("mistral-bf16-sharded");
        Path index = model.resolve("model.safetensors.index.json");
        switch (how) {
            case "truncated index" -> truncate(index, 300);
            case "truncated config" -> truncate(model.resolve("config.json"), 200);
            case "climbing index" ->
                    Files.writeString(
                            index,
                            Files.readString(index).replace("model-00001", "../model-00001"));
            case "truncated shard" ->
                    truncate(model.resolve("model-00001-of-00003.safetensors"), 100_000);
            case "absent shard" -> Files.delete(model.resolve("model-00002-of-00003.safetensors"));
            case "no tokenizer" -> Files.delete(model.resolve("tokenizer.model"));
            case "no configuration" -> Files.delete(model.resolve("config.json"));
            case "no weights" -> {
                Files.delete(index);
                for (int shard = 1; shard <= 3; shard++) {
                    Files.delete(model.resolve("model-0000" + shard + "-of-00003.safetensors"));
                }
            }
            default -> throw new IllegalArgumentException(how);
        }
    }

    private static void truncate(Path file, int length) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    }

    private void copy(String fixture) throws IOException {
        Path folder = HF.resolve(fixture);
        Assumptions.assumeTrue(Files.isDirectory(folder), () -> folder + " is absent");
        Files.createDirectory(model);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
    }

    private int run(List<String> arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        InputStream input = System.in;
        System.setIn(InputStream.nullInputStream());
        try {
            return Main.run(
                    new PrintWriter(out, true),
                    new PrintWriter(err, true),
                    arguments.toArray(String[]::new));
        } finally {
            System.setIn(input);
        }
    }
}
