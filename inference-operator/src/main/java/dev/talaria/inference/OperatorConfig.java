package dev.talaria.inference;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/// How the embedded operator is set up; checked here, once.
///
/// @param model a GGUF file or a Hugging Face folder; empty for the miniature model that comes
///   along
/// @param kernels `auto`, `vector` or `scalar`
/// @param threads compute threads, the engine's own included
/// @param maxSequences how many requests decode together
/// @param contextTokens the longest prompt and answer together; 0 for what the model was made for
/// @param kvCacheBytes the most the key-value cache may take; 0 for what so many requests of that
///   length take, but at most half of the memory that is free
/// @param serving how requests are served
/// @param repackCache a folder where weights are kept in the order the kernels read them, so that
///   the next start reads them; empty to repack at every start
public record OperatorConfig(
        Optional<Path> model,
        String kernels,
        int threads,
        int maxSequences,
        int contextTokens,
        long kvCacheBytes,
        ServingOptions serving,
        Optional<Path> repackCache) {

    /// The miniature model on every processor of the machine.
    public static final OperatorConfig DEFAULT =
            new OperatorConfig(
                    Optional.empty(),
                    "auto",
                    Runtime.getRuntime().availableProcessors(),
                    16,
                    0,
                    0L);

    /// With the usual serving.
    public OperatorConfig(
            Optional<Path> model,
            String kernels,
            int threads,
            int maxSequences,
            int contextTokens,
            long kvCacheBytes) {
        this(
                model,
                kernels,
                threads,
                maxSequences,
                contextTokens,
                kvCacheBytes,
                ServingOptions.DEFAULT);
    }

    /// Repacking the weights at every start.
    public OperatorConfig(
            Optional<Path> model,
            String kernels,
            int threads,
            int maxSequences,
            int contextTokens,
            long kvCacheBytes,
            ServingOptions serving) {
        this(
                model,
                kernels,
                threads,
                maxSequences,
                contextTokens,
                kvCacheBytes,
                serving,
                Optional.empty());
    }

    public OperatorConfig {
        requireNonNull(model, "model");
        requireNonNull(kernels, "kernels");
        requireNonNull(serving, "serving");
        requireNonNull(repackCache, "repackCache");
        if (threads < 1) {
            throw new IllegalArgumentException("inference.threads = " + threads + " is below 1");
        }
        if (maxSequences < 1) {
            throw new IllegalArgumentException(
                    "inference.batch.max = " + maxSequences + " is below 1");
        }
        if (contextTokens < 0) {
            throw new IllegalArgumentException(
                    "inference.context.tokens = " + contextTokens + " is negative");
        }
        if (kvCacheBytes < 0) {
            throw new IllegalArgumentException(
                    "inference.kv.bytes = " + kvCacheBytes + " is negative");
        }
    }

    /// The same on another model.
    public OperatorConfig withModel(Path file) {
        return new OperatorConfig(
                Optional.of(file),
                kernels,
                threads,
                maxSequences,
                contextTokens,
                kvCacheBytes,
                serving,
                repackCache);
    }

    /// The same with other serving.
    public OperatorConfig withServing(ServingOptions options) {
        return new OperatorConfig(
                model,
                kernels,
                threads,
                maxSequences,
                contextTokens,
                kvCacheBytes,
                options,
                repackCache);
    }

    /// The same, keeping repacked weights in that folder.
    public OperatorConfig withRepackCache(Path folder) {
        return new OperatorConfig(
                model,
                kernels,
                threads,
                maxSequences,
                contextTokens,
                kvCacheBytes,
                serving,
                Optional.of(folder));
    }
}
