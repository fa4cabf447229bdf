package dev.talaria.inference.embedded;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextGenerator;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.engine.Engine;
import dev.talaria.inference.engine.EngineClosedException;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// The operator with the model inside this JVM.
public final class EmbeddedOperator implements InferenceOperator, TextGenerator {

    private final LoadedModel loaded;
    private final Engine engine;
    private final EngineCompletions completions;
    private final TaskCompiler schemas = new TaskCompiler();

    // Prompts are built and answers validated here, so that neither a caller nor the engine waits.
    private final ExecutorService desk =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("talaria-desk").factory());

    private EmbeddedOperator(LoadedModel loaded, Engine engine) {
        this.loaded = loaded;
        this.engine = engine;
        this.completions = new EngineCompletions(engine, loaded.tokenizer());
    }

    /// Loads the model and starts the engine.
    ///
    /// @throws IOException where the model file cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedModelException where it is damaged
    /// @throws dev.talaria.inference.gguf.UnsupportedModelException where it holds what this
    ///   program cannot run
    public static EmbeddedOperator open(OperatorConfig config) throws IOException {
        Path file = config.model().isPresent() ? config.model().get() : EmbeddedModel.file();
        if (!Files.exists(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "there is no such model file; check the path");
        }
        LoadedModel loaded = LoadedModel.load(file, config);
        try {
            KvCache cache = new KvCache(loaded.model().shape(), kvCacheBytes(config));
            Vocabulary vocabulary = loaded.tokenizer().vocabulary();
            Engine engine =
                    new Engine(
                            loaded.model(),
                            cache,
                            vocabulary.size(),
                            loaded::endsGeneration,
                            loaded.contextTokens(),
                            config.maxSequences());
            return new EmbeddedOperator(loaded, engine);
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    private static long kvCacheBytes(OperatorConfig config) {
        return config.kvCacheBytes() > 0
                ? config.kvCacheBytes()
                : Runtime.getRuntime().maxMemory() / 2;
    }

    @Override
    public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
        return new ExtractionRun(document, task, schemas, completions, this::model, desk).start();
    }

    @Override
    public CompletableFuture<TextAnswer> generate(TextRequest request, Consumer<String> onText) {
        TextRun run = new TextRun(request, onText, schemas, completions);
        try {
            return CompletableFuture.supplyAsync(run::start, desk)
                    .thenCompose(answer -> answer)
                    .exceptionallyCompose(EmbeddedOperator::translated);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(closed());
        }
    }

    private static CompletableFuture<TextAnswer> translated(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause()
                        : thrown;
        return CompletableFuture.failedFuture(
                cause instanceof EngineClosedException ? closed() : cause);
    }

    private static OperatorClosedException closed() {
        return new OperatorClosedException("the operator is closed");
    }

    @Override
    public ModelDescription model() {
        return loaded.description();
    }

    @Override
    public void close() {
        engine.close();
        desk.close();
        loaded.close();
    }
}
