package dev.talaria.eval.schema;

import dev.talaria.inference.embedded.EmbeddedModel;
import dev.talaria.inference.embedded.VocabularyMasks;
import dev.talaria.schemas.grammar.GrammarOptions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// Runs a folder of MaskBench files through the masks.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Run a folder of MaskBench files through the masks, token by token: which instances"
                    + " are accepted, which schemas refused, and how long masks take.",
            "Instances are spelled as Talaria writes them: by default one line, a space after ','"
                    + " and ':', members in the schema's order; with --order any, members as the"
                    + " files have them; with --spelling flexible, indented."
        })
final class SchemaBenchCommand implements Callable<Integer> {

    private static final String STANDARD_OUTPUT = "-";

    @Parameters(paramLabel = "FOLDER", description = "Files with schema and tests.")
    private Path folder;

    @Option(
            names = "--vocabulary",
            paramLabel = "PATH",
            description =
                    "A GGUF file, a folder in Hugging Face's layout, a tokenizer.json or a"
                            + " tokenizer.model; that of the miniature model if left out.")
    private Path vocabulary;

    @Option(
            names = "--json",
            paramLabel = "OUT",
            description = "Write the summary and every file's result; '-' for standard output.")
    private String json;

    @Option(
            names = "--warm-up",
            paramLabel = "ROUNDS",
            defaultValue = "1",
            description =
                    "Rounds over the folder before the one that is timed, for the JVM's compilers"
                            + " (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--rounds",
            paramLabel = "ROUNDS",
            defaultValue = "1",
            description =
                    "Rounds that are timed; the work of a mask is the least of them (default:"
                            + " ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--slowest",
            paramLabel = "COUNT",
            defaultValue = "10",
            description = "Name the masks that take the most work (default: ${DEFAULT-VALUE}).")
    private int slowest;

    @Mixin private GrammarArguments grammar;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        checkAtLeast(0, "--warm-up", warmUp);
        checkAtLeast(1, "--rounds", rounds);
        checkAtLeast(0, "--slowest", slowest);
        GrammarOptions options = grammar.options();
        List<Path> files = files();
        Path tokens = vocabulary == null ? EmbeddedModel.file() : existing(vocabulary);
        MaskBench bench = new MaskBench(VocabularyMasks.open(tokens), options);
        for (int round = 0; round < warmUp; round++) {
            spec.commandLine().getErr().printf("round %d of %d%n", round + 1, warmUp + rounds);
            bench.run(files, 1, 0);
        }
        MaskBenchReport report = bench.run(files, rounds, slowest);
        write(report);
        return 0;
    }

    private void checkAtLeast(int least, String option, int value) {
        if (value < least) {
            throw new ParameterException(
                    spec.commandLine(), option + ": " + value + " is below " + least);
        }
    }

    private void write(MaskBenchReport report) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (STANDARD_OUTPUT.equals(json)) {
            out.println(report.json());
            return;
        }
        out.println(report.text());
        if (json != null) {
            Files.writeString(Path.of(json), report.json());
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    folder + ": is no folder; name one with MaskBench files");
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files =
                    all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
            if (files.isEmpty()) {
                throw new IllegalArgumentException(
                        folder + ": holds no .json file; name a folder with MaskBench files");
            }
            return files;
        }
    }

    private static Path existing(Path path) {
        if (!Files.exists(path)) {
            throw new IllegalArgumentException(path + ": there is no such file or folder");
        }
        return path;
    }
}
