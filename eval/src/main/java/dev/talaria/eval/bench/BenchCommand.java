package dev.talaria.eval.bench;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.embedded.EmbeddedModel;
import dev.talaria.inference.embedded.ModelBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// Speed of a model on this machine, beside the machine's own limits.
@Command(
        name = "talaria bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measure prompt and decode speed of a model, beside this machine's memory bandwidth and"
                    + " float32 peak, measured in the same run."
        })
final class BenchCommand implements Callable<Integer> {

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "A GGUF file or a Hugging Face folder; the miniature model if left out.")
    private Path model;

    @Option(
            names = "--prompt",
            defaultValue = "512",
            description = "Tokens of the prompt (default: ${DEFAULT-VALUE}).")
    private int promptTokens;

    @Option(
            names = "--decode",
            defaultValue = "64",
            description = "Tokens each sequence writes (default: ${DEFAULT-VALUE}).")
    private int decodeTokens;

    @Option(
            names = "--sequences",
            split = ",",
            defaultValue = "1,4,16",
            description = "How many decode together (default: ${DEFAULT-VALUE}).")
    private List<Integer> sequences;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Of each measurement; the best counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--kernels",
            defaultValue = "auto",
            description = "auto, vector or scalar (default: ${DEFAULT-VALUE}).")
    private String kernels;

    @Option(names = "--threads", description = "Compute threads (default: all processors).")
    private Integer threads;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        BenchPlan plan = plan();
        Path file = model == null ? EmbeddedModel.file() : model;
        if (!Files.isRegularFile(file)) {
            throw new ParameterException(
                    spec.commandLine(), file + ": there is no such file; check the path");
        }
        OperatorConfig config = config();
        PrintWriter err = spec.commandLine().getErr();
        try (ModelBench bench = ModelBench.open(file, config)) {
            BenchReport report =
                    new BenchRun(bench, plan, config.threads(), line -> err.println("… " + line))
                            .run();
            spec.commandLine().getOut().println(json ? report.json() : report.table());
        }
        return 0;
    }

    private BenchPlan plan() {
        try {
            return new BenchPlan(promptTokens, decodeTokens, sequences, rounds);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private OperatorConfig config() {
        OperatorConfig usual = OperatorConfig.DEFAULT;
        return new OperatorConfig(
                usual.model(),
                kernels,
                threads == null ? usual.threads() : threads,
                usual.maxSequences(),
                usual.contextTokens(),
                usual.kvCacheBytes());
    }
}
