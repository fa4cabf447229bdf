package dev.talaria.inference.embedded;

import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.kernel.Ceilings;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.MistralModel;
import dev.talaria.inference.model.ModelConfiguration;
import dev.talaria.inference.model.Stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Times the forward passes of a model: the engine's work without its bookkeeping.
///
/// What is timed is wall time, from the first batch being filled to the last logits. The tokens are
/// arbitrary: their number is what costs. Between two calls nothing runs. Used by one thread.
public final class ModelBench implements AutoCloseable {

    /// The most sequences that decode together.
    public static final int MOST_SEQUENCES = Kernels.MAX_ROWS;

    // Any token will do; a few different ones keep the embedding look-ups honest.
    private static final int MOST_TOKENS = 251;

    private final LoadedModel loaded;
    private final MistralModel model;
    private final ModelConfiguration shape;
    private final KvCache cache;
    private final int threads;
    private final int tokenCycle;
    private final Batch batch = new Batch();
    private float[] logits;

    private ModelBench(LoadedModel loaded, OperatorConfig config) {
        this.loaded = loaded;
        this.model = loaded.model();
        this.shape = model.shape();
        KvType kvType = KvType.named(config.serving().kvType());
        this.cache = new KvCache(shape, kvType, FreeMemory.bytes() / 2);
        this.threads = config.threads();
        this.tokenCycle = Math.min(MOST_TOKENS, shape.vocabulary());
        this.logits = new float[shape.vocabulary()];
    }

    /// Loads the model, and waits until its digest is known: computing that beside a measurement
    /// would slow it down.
    ///
    /// @throws IllegalArgumentException where the weights do not fit the memory that is free
    /// @throws IOException where the file cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedGgufException where it is damaged
    /// @throws dev.talaria.inference.gguf.UnsupportedModelException where it cannot be run
    public static ModelBench open(Path file, OperatorConfig config) throws IOException {
        return open(file, config, LoadProgress.SILENT);
    }

    /// As [#open(Path, OperatorConfig)], telling how far the loading has come.
    public static ModelBench open(Path file, OperatorConfig config, LoadProgress progress)
            throws IOException {
        LoadedModel loaded = LoadedModel.load(file, config, progress);
        try {
            loaded.description();
            return new ModelBench(loaded, config);
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    /// Which model it is.
    public ModelDescription model() {
        return loaded.description();
    }

    /// Bytes of the weight matrices as they lie in memory, which every step reads once. They may be
    /// more than in the file, where the kernels' order widens something.
    public long matrixBytes() {
        return model.matrixBytes();
    }

    /// Multiply-adds of all weight matrices for one token, the output matrix included.
    public long multiplyAddsPerToken() {
        return model.multiplyAddsPerToken();
    }

    /// What the stages took of the passes that were timed last, in their order.
    public List<StageWork> stages() {
        return Arrays.stream(Stage.values())
                .map(stage ->
                        new StageWork(
                                stage.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                                model.times().nanos(stage) / 1e9,
                                model.matrixBytes(stage),
                                model.multiplyAddsPerRow(stage)))
                .toList();
    }

    /// Multiply-adds of [#promptSeconds]: the matrices for every token, but the output matrix for
    /// the last one alone, and attention's.
    public long promptMultiplyAdds(int tokens) {
        long output = (long) shape.vocabulary() * shape.width();
        return tokens * (multiplyAddsPerToken() - output) + output + attention(0, tokens);
    }

    /// Multiply-adds of [#decodeSeconds]: the matrices for every token, and attention's.
    public long decodeMultiplyAdds(int sequences, int context, int steps) {
        return sequences * (steps * multiplyAddsPerToken() + attention(context, steps));
    }

    // Of the tokens at so many positions: a product with the key and one with the value of every
    // token they look back on.
    private long attention(int position, int tokens) {
        long seen = 0;
        for (int i = position; i < position + tokens; i++) {
            seen += Math.min(i + 1, shape.slidingWindow());
        }
        return 2 * seen * shape.queryWidth() * shape.layers();
    }

    /// Bytes a second this machine reads from memory, measured now with the same number of threads.
    ///
    /// @see Ceilings
    public double readBytesPerSecond() {
        try (WorkerTeam team = new WorkerTeam(threads)) {
            return Ceilings.readBytesPerSecond(team);
        }
    }

    /// Float32 multiply-adds a second this machine does, measured now with the same number of
    /// threads.
    ///
    /// @see Ceilings
    public double multiplyAddsPerSecond() {
        try (WorkerTeam team = new WorkerTeam(threads)) {
            return Ceilings.multiplyAddsPerSecond(team);
        }
    }

    /// Forward passes that a prompt of so many tokens takes.
    public static int promptSteps(int tokens) {
        return Math.ceilDiv(tokens, Kernels.MAX_ROWS);
    }

    /// The longest that each of so many sequences can become: by the context the model was loaded
    /// for, and by the key-value cache, which may take half of the memory that is free.
    public int longest(int sequences) {
        int blocks = cache.capacityTokens() / Kernels.KV_BLOCK_TOKENS / sequences;
        return Math.min(blocks * Kernels.KV_BLOCK_TOKENS, loaded.contextTokens());
    }

    /// Seconds for reading a prompt of so many tokens, to the logits of its last, in as few passes
    /// as there can be.
    ///
    /// @param tokens at most [#longest] of one
    public double promptSeconds(int tokens) {
        try (KvCache.Reservation sequence = cache.reserve(tokens)) {
            model.times().clear();
            long start = System.nanoTime();
            for (int from = 0; from < tokens; from += Kernels.MAX_ROWS) {
                batch.clear();
                int end = Math.min(tokens, from + Kernels.MAX_ROWS);
                for (int i = from; i < end; i++) {
                    batch.addPrompt(i % tokenCycle, i, sequence, i == tokens - 1);
                }
                model.forward(batch, logits);
            }
            return secondsSince(start);
        }
    }

    /// The most probable token after a prompt of so many tokens: the one [#promptSeconds] reads.
    ///
    /// @param tokens at most [#longest] of one
    public int nextToken(int tokens) {
        promptSeconds(tokens);
        int best = 0;
        for (int token = 1; token < shape.vocabulary(); token++) {
            if (logits[token] > logits[best]) {
                best = token;
            }
        }
        return best;
    }

    /// Seconds for so many steps in which each of several sequences writes one token.
    ///
    /// @param sequences at most [#MOST_SEQUENCES]
    /// @param context tokens every sequence has read before, which is not timed
    /// @param steps together with the context at most [#longest]
    public double decodeSeconds(int sequences, int context, int steps) {
        requireLogits(sequences);
        List<KvCache.Reservation> running = new ArrayList<>();
        try {
            for (int i = 0; i < sequences; i++) {
                running.add(cache.reserve(context + steps));
            }
            read(running, context);
            model.times().clear();
            long start = System.nanoTime();
            for (int step = 0; step < steps; step++) {
                batch.clear();
                for (KvCache.Reservation sequence : running) {
                    batch.addWritten(step % tokenCycle, context + step, sequence, true);
                }
                model.forward(batch, logits);
            }
            return secondsSince(start);
        } finally {
            running.forEach(KvCache.Reservation::close);
        }
    }

    // One token of every sequence after the other, as many as a pass takes.
    private void read(List<KvCache.Reservation> sequences, int context) {
        batch.clear();
        for (int position = 0; position < context; position++) {
            for (KvCache.Reservation sequence : sequences) {
                if (batch.room() == 0) {
                    model.forward(batch, logits);
                    batch.clear();
                }
                batch.addPrompt(position % tokenCycle, position, sequence, false);
            }
        }
        if (batch.rows() > 0) {
            model.forward(batch, logits);
        }
    }

    private void requireLogits(int sequences) {
        int wanted = Math.multiplyExact(sequences, shape.vocabulary());
        if (logits.length < wanted) {
            logits = new float[wanted];
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        cache.close();
        loaded.close();
    }
}
