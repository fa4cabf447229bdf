package dev.talaria.inference.embedded;

import dev.talaria.inference.ContinuationScore;
import dev.talaria.inference.ContinuationScorer;
import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.OperatorListener;
import dev.talaria.inference.PromptMeter;
import dev.talaria.inference.ScoringRequest;
import dev.talaria.inference.ServingOptions;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextGenerator;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.embedded.TaskCompiler.CompiledSchema;
import dev.talaria.inference.engine.Engine;
import dev.talaria.inference.engine.EngineOptions;
import dev.talaria.inference.engine.EngineSnapshot;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// The operator with the model inside this JVM.
public final class EmbeddedOperator
        implements InferenceOperator, TextGenerator, ContinuationScorer {

    private final LoadedModel loaded;
    private final KvCache cache;
    private final Engine engine;
    private final Duration shutdownGrace;
    private final OperatorListener listener;
    private final EngineCompletions completions;
    private final TaskCompiler schemas = new TaskCompiler();

    private final Desk desk = new Desk();

    private EmbeddedOperator(
            LoadedModel loaded,
            KvCache cache,
            Engine engine,
            Duration shutdownGrace,
            OperatorListener listener) {
        this.loaded = loaded;
        this.cache = cache;
        this.engine = engine;
        this.shutdownGrace = shutdownGrace;
        this.listener = listener;
        this.completions =
                new EngineCompletions(engine, loaded.tokenizer(), loaded::endsGeneration, listener);
        engine.ended().thenRun(this::release);
    }

    /// Loads the model and starts the engine.
    ///
    /// @throws IllegalArgumentException where a setting cannot be, or weights, keys and values do
    ///   not fit the memory that is free
    /// @throws IOException where the model file cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedModelException where it is damaged
    /// @throws dev.talaria.inference.gguf.UnsupportedModelException where it holds what this
    ///   program cannot run
    public static EmbeddedOperator open(OperatorConfig config) throws IOException {
        return open(config, LoadProgress.SILENT);
    }

    /// As [#open(OperatorConfig)], telling how far the loading has come.
    public static EmbeddedOperator open(OperatorConfig config, LoadProgress progress)
            throws IOException {
        return open(config, progress, OperatorListener.NONE);
    }

    /// As above, with a listener from the first call on.
    public static EmbeddedOperator open(
            OperatorConfig config, LoadProgress progress, OperatorListener listener)
            throws IOException {
        Path file = config.model().isPresent() ? config.model().get() : EmbeddedModel.file();
        if (!Files.exists(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "there is no such model file; check the path");
        }
        KvBudget.check(config);
        LoadedModel loaded = LoadedModel.load(file, config, progress);
        try {
            KvCache cache = KvBudget.cache(loaded.model(), config, loaded.contextTokens());
            Vocabulary vocabulary = loaded.tokenizer().vocabulary();
            Engine engine =
                    new Engine(
                            loaded.model(),
                            cache,
                            vocabulary.size(),
                            loaded::endsGeneration,
                            options(config, loaded.contextTokens()));
            return new EmbeddedOperator(
                    loaded, cache, engine, config.serving().shutdownGrace(), listener);
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    private static EngineOptions options(OperatorConfig config, int contextTokens) {
        ServingOptions serving = config.serving();
        return new EngineOptions(
                contextTokens,
                config.maxSequences(),
                serving.prefillChunkTokens(),
                serving.prefixCache(),
                serving.forcedTokens(),
                serving.draftTokens(),
                serving.requestTimeout());
    }

    @Override
    public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
        return new ExtractionRun(document, task, schemas, completions, this::model, desk, listener)
                .start();
    }

    @Override
    public CompletableFuture<TextAnswer> generate(TextRequest request, Consumer<String> onText) {
        TextRun run = new TextRun(request, onText, schemas, completions);
        return atDesk(run::start);
    }

    @Override
    public CompletableFuture<List<ContinuationScore>> score(ScoringRequest request) {
        ScoreRun run = new ScoreRun(request, engine, loaded.tokenizer());
        return atDesk(run::start);
    }

    private <T> CompletableFuture<T> atDesk(Consumer<CompletableFuture<T>> start) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            desk.execute(() -> start(start, answer));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(closed());
        }
        return answer;
    }

    /// How many tokens the document's prompt takes; nothing is computed.
    ///
    /// @throws dev.talaria.inference.InvalidRequestException where there would be no answer: the
    ///   schema cannot be enforced, or the prompt leaves no room
    public int promptTokens(Document document, ExtractionTask task) {
        CompiledSchema schema =
                schemas.compile(task.schema().sha256(), task.schema().json(), task.grammar());
        return completions.promptTokens(
                ExtractionRun.conversation(schema, task, document),
                schema.grammar(),
                task.sampling());
    }

    /// The tokens of the document's prompt, as its first attempt reads them: for handing the very
    /// same to another engine.
    ///
    /// @throws dev.talaria.inference.InvalidRequestException where the schema cannot be enforced
    public int[] prompt(Document document, ExtractionTask task) {
        CompiledSchema schema =
                schemas.compile(task.schema().sha256(), task.schema().json(), task.grammar());
        return completions.prompts().extraction(ExtractionRun.conversation(schema, task, document));
    }

    /// Counts the tokens of this operator's prompts.
    public PromptMeter meter() {
        return new PromptMeter() {
            @Override
            public int promptTokens(Document document, ExtractionTask task) {
                return prompt(document, task).length;
            }

            @Override
            public int tokens(String text) {
                return loaded.tokenizer().encodeText(text, TextStart.CONTINUED).length;
            }
        };
    }

    private static <T> void start(
            Consumer<CompletableFuture<T>> start, CompletableFuture<T> answer) {
        if (answer.isDone()) {
            return;
        }
        try {
            start.accept(answer);
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    private static OperatorClosedException closed() {
        return new OperatorClosedException("the operator is closed");
    }

    @Override
    public ModelDescription model() {
        return loaded.description();
    }

    @Override
    public Optional<EngineActivity> activity() {
        EngineSnapshot now = engine.snapshot();
        return Optional.of(
                new EngineActivity(
                        engine.ended().isDone(),
                        longest(engine.stalled(), desk.busy()),
                        now.running(),
                        now.mostRunning(),
                        now.waiting(),
                        now.capacityBlocks(),
                        now.freeBlocks(),
                        now.keptBlocks(),
                        now.steps(),
                        now.rows(),
                        now.promptTokens(),
                        now.cachedTokens(),
                        now.writtenTokens(),
                        now.forcedTokens(),
                        now.draftedTokens(),
                        now.acceptedTokens()));
    }

    /// Ends the operator; requests that run may go on for the configured grace.
    @Override
    public void close() {
        engine.close(shutdownGrace);
        desk.close();
    }

    private static Duration longest(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    private void release() {
        cache.close();
        loaded.close();
    }
}
