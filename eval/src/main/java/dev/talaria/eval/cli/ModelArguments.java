package dev.talaria.eval.cli;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.ServingOptions;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The model and how it is run.
final class ModelArguments {

    @Option(
            names = "--model",
            paramLabel = "PATH",
            description =
                    "A GGUF file or a Hugging Face folder; the miniature model that comes along if"
                            + " left out.")
    private Path model;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            defaultValue = "16",
            description = "How many rows are written together (default: ${DEFAULT-VALUE}).")
    private int sequences;

    @Option(
            names = "--context",
            paramLabel = "TOKENS",
            defaultValue = "0",
            description =
                    "The longest prompt and answer together; 0 for what the model was made for"
                            + " (default: ${DEFAULT-VALUE}).")
    private int contextTokens;

    @Option(
            names = "--kv-type",
            defaultValue = "f16",
            description =
                    "Storage of keys and values: f32, f16 or int8 (default: ${DEFAULT-VALUE}).")
    private String kvType;

    @Option(
            names = "--kernels",
            defaultValue = "auto",
            description = "auto, amx, vnni, avx2, vector or scalar (default: ${DEFAULT-VALUE}).")
    private String kernels;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Compute threads (default: all processors).")
    private Integer threads;

    @Option(
            names = "--repack-cache",
            paramLabel = "FOLDER",
            description =
                    "Keep the weights there in the order the kernels read them, for the next"
                            + " start.")
    private Path repackCache;

    boolean isGiven() {
        return model != null;
    }

    /// @throws ParameterException where a value cannot be
    OperatorConfig config(CommandSpec spec) {
        OperatorConfig usual = OperatorConfig.DEFAULT;
        if (model != null && !Files.exists(model)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--model: %s: there is no such file or folder; check the path"
                            .formatted(model));
        }
        try {
            return new OperatorConfig(
                    Optional.ofNullable(model),
                    kernels,
                    threads == null ? usual.threads() : threads,
                    sequences,
                    contextTokens,
                    usual.kvCacheBytes(),
                    ServingOptions.DEFAULT.withKvType(kvType),
                    Optional.ofNullable(repackCache));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--threads, --sequences, --context: " + e.getMessage(), e);
        }
    }
}
