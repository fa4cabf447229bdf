package dev.talaria.pipeline.cli;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.ServingOptions;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The model and how it runs, as it is typed.
final class EngineArguments {

    @Option(
            names = "--model",
            paramLabel = "PATH",
            description =
                    "A GGUF file or a Hugging Face folder; the miniature model that comes along if"
                            + " left out.")
    private Path model;

    @Option(
            names = "--kernels",
            defaultValue = "auto",
            description = "auto, amx, vnni, avx2, vector or scalar (default: ${DEFAULT-VALUE}).")
    private String kernels;

    @Option(names = "--threads", description = "Compute threads (default: all processors).")
    private Integer threads;

    @Option(
            names = "--repack-cache",
            paramLabel = "FOLDER",
            description =
                    "Keep the weights there in the order the kernels read them, for the next"
                            + " start.")
    private Path repackCache;

    @Option(
            names = "--kv-type",
            defaultValue = "f16",
            description =
                    "Storage of keys and values: f32, f16 or int8 (default: ${DEFAULT-VALUE}).")
    private String kvType;

    @Option(
            names = "--draft-tokens",
            defaultValue = "8",
            description =
                    "Tokens guessed ahead and verified together; 0 for none (default:"
                            + " ${DEFAULT-VALUE}).")
    private int draftTokens;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description =
                    "End the answer after so long; 0 for no limit (default: ${DEFAULT-VALUE}).")
    private long timeoutSeconds;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// The operator's set-up for so many requests at once.
    OperatorConfig config(int maxSequences) {
        if (threads != null && threads < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--threads = %d is below 1; leave it out to use all processors"
                            .formatted(threads));
        }
        OperatorConfig usual = OperatorConfig.DEFAULT;
        return new OperatorConfig(
                Optional.ofNullable(model).map(ModelPaths::model),
                kernels,
                threads == null ? usual.threads() : threads,
                maxSequences,
                usual.contextTokens(),
                usual.kvCacheBytes(),
                serving(),
                Optional.ofNullable(repackCache));
    }

    private ServingOptions serving() {
        ServingOptions usual = ServingOptions.DEFAULT;
        try {
            return new ServingOptions(
                    kvType,
                    usual.prefillChunkTokens(),
                    usual.prefixCache(),
                    usual.forcedTokens(),
                    draftTokens,
                    Duration.ofSeconds(timeoutSeconds),
                    usual.shutdownGrace());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
