package dev.talaria.inference.embedded;

import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.gguf.MalformedModelException;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.model.LoadOptions;
import dev.talaria.inference.model.MistralModel;
import dev.talaria.inference.model.ModelConfiguration;
import dev.talaria.inference.model.ModelLoader;
import dev.talaria.inference.model.WeightSource;
import dev.talaria.inference.repack.KeptDigest;
import dev.talaria.inference.report.ModelReport;
import dev.talaria.inference.tokenizer.Tokenizer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// A model in memory with all it needs: weights, threads, tokenizer, and what it is called.
final class LoadedModel implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoadedModel.class);

    private final Arena arena;
    private final WorkerTeam team;
    private final MistralModel model;
    private final Tokenizer tokenizer;
    private final Set<Integer> endTokens;
    private final int contextTokens;
    private final CompletableFuture<ModelDescription> description;

    private LoadedModel(
            Arena arena,
            WorkerTeam team,
            MistralModel model,
            Tokenizer tokenizer,
            Set<Integer> endTokens,
            int contextTokens,
            CompletableFuture<ModelDescription> description) {
        this.arena = arena;
        this.team = team;
        this.model = model;
        this.tokenizer = tokenizer;
        this.endTokens = endTokens;
        this.contextTokens = contextTokens;
        this.description = description;
    }

    /// Loads a GGUF file or a Hugging Face folder.
    ///
    /// @param progress hears how far it has come
    /// @throws IllegalArgumentException where it does not fit the memory that is free
    /// @throws IOException where it cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedModelException where it is damaged
    /// @throws UnsupportedModelException where it holds what this program cannot run
    static LoadedModel load(Path path, OperatorConfig config, LoadProgress progress)
            throws IOException {
        Beside<Kernels> chosen =
                new Beside<>("talaria-kernels", () -> KernelProvider.choose(config.kernels()));
        Arena arena = Arena.ofShared();
        WorkerTeam team = new WorkerTeam(config.threads());
        try (WeightSource source = WeightSource.open(path)) {
            ModelReport report = ModelReport.ofWeights(source);
            if (report.vocabularyOnly() || !report.isRunnable()) {
                requireRunnable(ModelReport.of(source));
            }
            int contextTokens = contextTokens(config, source.shape());
            Kernels kernels = chosen.value();
            long bytes = ModelLoader.bytes(source, kernels);
            WeightBudget.require(path, bytes, KvBudget.leastBytes(source.shape(), config));
            Beside<Tokenizer> tokenizer =
                    new Beside<>("talaria-tokenizer", () -> tokenizer(source));
            LoadProgress guarded =
                    (loaded, ofBytes) -> {
                        tokenizer.requireNotFailed();
                        progress.loaded(loaded, ofBytes);
                    };
            long start = System.nanoTime();
            ModelLoadEvent event = new ModelLoadEvent();
            event.begin();
            MistralModel model =
                    ModelLoader.load(
                            source,
                            kernels,
                            team,
                            arena,
                            contextTokens,
                            new LoadOptions(config.repackCache(), guarded::loaded));
            event.path = path.toString();
            event.weights = bytes;
            event.commit();
            LOG.info(
                    "{}: {} of weights loaded in {} s",
                    path,
                    WeightBudget.text(bytes),
                    Math.round((System.nanoTime() - start) / 1e7) / 100.0);
            Tokenizer read = tokenizer.value();
            List<Path> files = source.files();
            CompletableFuture<ModelDescription> description =
                    CompletableFuture.supplyAsync(() ->
                            describe(
                                    path,
                                    digest(path, files, config),
                                    report,
                                    contextTokens,
                                    kernels));
            return new LoadedModel(
                    arena, team, model, read, source.endTokens(), contextTokens, description);
        } catch (IOException | RuntimeException | Error e) {
            team.close();
            arena.close();
            throw e;
        }
    }

    private static Tokenizer tokenizer(WeightSource source) throws IOException {
        try {
            return source.tokenizer();
        } catch (UnsupportedModelException | MalformedModelException e) {
            requireRunnable(ModelReport.of(source));
            throw e;
        }
    }

    static void requireRunnable(ModelReport report) {
        require(report, report.obstacles());
    }

    /// The tokenizer may be one that is not supported.
    static void requireComputable(ModelReport report) {
        require(report, report.weightObstacles());
    }

    private static void require(ModelReport report, List<String> obstacles) {
        if (report.vocabularyOnly()) {
            throw new UnsupportedModelException(
                    report.file() + ": holds a vocabulary only; name a file with weights");
        }
        if (!obstacles.isEmpty()) {
            throw new UnsupportedModelException(
                    report.file() + ": " + String.join("; ", obstacles));
        }
    }

    private static int contextTokens(OperatorConfig config, ModelConfiguration shape) {
        if (config.contextTokens() > shape.contextTokens()) {
            throw new IllegalArgumentException(
                    "inference.context.tokens = %d is more than the %d the model was made for; lower it"
                            .formatted(config.contextTokens(), shape.contextTokens()));
        }
        return config.contextTokens() > 0 ? config.contextTokens() : shape.usualContextTokens();
    }

    private static ModelDescription describe(
            Path path, String digest, ModelReport report, int contextTokens, Kernels kernels) {
        String name = report.name().orElse(path.getFileName().toString());
        String line =
                "%s, %.1f million parameters, %s"
                        .formatted(
                                report.architecture(),
                                report.parameters() / 1e6,
                                kernels.description());
        return new ModelDescription(name, digest, quantization(report), contextTokens, line);
    }

    private static String digest(Path path, List<Path> files, OperatorConfig config) {
        try {
            if (config.repackCache().isEmpty()) {
                return FileDigest.sha256(files);
            }
            KeptDigest kept = new KeptDigest(config.repackCache().get(), path, files);
            return kept.of(() -> FileDigest.sha256(files));
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

    /// Whether generation is over with this token, by the tokenizer or the model's own files.
    boolean endsGeneration(int token) {
        return tokenizer.vocabulary().endsGeneration(token) || endTokens.contains(token);
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
