package dev.talaria.inference.embedded;

import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.model.MistralModel;
import dev.talaria.inference.model.ModelConfiguration;
import dev.talaria.inference.model.ModelLoader;
import dev.talaria.inference.report.ModelReport;
import dev.talaria.inference.tokenizer.Tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// A model in memory with all it needs: weights, threads, tokenizer, and what it is called.
final class LoadedModel implements AutoCloseable {

    private final Arena arena;
    private final WorkerTeam team;
    private final MistralModel model;
    private final Tokenizer tokenizer;
    private final int contextTokens;
    private final CompletableFuture<ModelDescription> description;

    private LoadedModel(
            Arena arena,
            WorkerTeam team,
            MistralModel model,
            Tokenizer tokenizer,
            int contextTokens,
            CompletableFuture<ModelDescription> description) {
        this.arena = arena;
        this.team = team;
        this.model = model;
        this.tokenizer = tokenizer;
        this.contextTokens = contextTokens;
        this.description = description;
    }

    /// Loads a model file.
    ///
    /// @throws IOException where the file cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedGgufException where it is damaged
    /// @throws UnsupportedModelException where it holds what this program cannot run
    static LoadedModel load(Path path, OperatorConfig config) throws IOException {
        Kernels kernels = KernelProvider.choose(config.kernels());
        Arena arena = Arena.ofShared();
        WorkerTeam team = new WorkerTeam(config.threads());
        try (GgufFile file = GgufFile.open(path)) {
            ModelReport report = ModelReport.of(file);
            requireRunnable(report);
            ModelConfiguration shape = ModelLoader.shape(file);
            int contextTokens = contextTokens(config, shape);
            Tokenizer tokenizer = Tokenizer.of(file);
            MistralModel model = ModelLoader.load(file, kernels, team, arena, contextTokens);
            List<Path> files = file.paths();
            CompletableFuture<ModelDescription> description =
                    CompletableFuture.supplyAsync(
                            () -> describe(files, report, contextTokens, kernels));
            return new LoadedModel(arena, team, model, tokenizer, contextTokens, description);
        } catch (IOException | RuntimeException | Error e) {
            team.close();
            arena.close();
            throw e;
        }
    }

    static void requireRunnable(ModelReport report) {
        if (report.vocabularyOnly()) {
            throw new UnsupportedModelException(
                    report.file() + ": holds a vocabulary only; name a file with weights");
        }
        if (!report.isRunnable()) {
            throw new UnsupportedModelException(
                    report.file() + ": " + String.join("; ", report.obstacles()));
        }
    }

    private static int contextTokens(OperatorConfig config, ModelConfiguration shape) {
        if (config.contextTokens() > shape.contextTokens()) {
            throw new IllegalArgumentException(
                    "inference.context.tokens = %d is more than the %d the model was made for; lower it"
                            .formatted(config.contextTokens(), shape.contextTokens()));
        }
        return config.contextTokens() > 0 ? config.contextTokens() : shape.contextTokens();
    }

    private static ModelDescription describe(
            List<Path> files, ModelReport report, int contextTokens, Kernels kernels) {
        try {
            String name = report.name().orElse(files.getFirst().getFileName().toString());
            String line =
                    "%s, %.1f million parameters, %s"
                            .formatted(
                                    report.architecture(),
                                    report.parameters() / 1e6,
                                    kernels.description());
            return new ModelDescription(
                    name, FileDigest.sha256(files), quantization(report), contextTokens, line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quantization(ModelReport report) {
        return report.tensorTypes().entrySet().stream()
                .max(Comparator.comparingLong(type -> type.getValue().bytes()))
                .map(Map.Entry::getKey)
                .orElse("none");
    }

    MistralModel model() {
        return model;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    int contextTokens() {
        return contextTokens;
    }

    /// Waits for the file's digest where it is still being computed.
    ModelDescription description() {
        return description.join();
    }

    /// Gives the memory back. Nothing may be computed any more.
    @Override
    public void close() {
        team.close();
        arena.close();
    }
}
