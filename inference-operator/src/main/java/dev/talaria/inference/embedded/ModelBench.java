package dev.talaria.inference.embedded;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.kernel.Ceilings;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.MistralModel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Times the forward passes of a model: the engine's work without its bookkeeping.
///
/// The tokens are arbitrary; their number is what costs. Used by one thread.
public final class ModelBench implements AutoCloseable {

    // Any token will do; a few different ones keep the embedding look-ups honest.
    private static final int TOKENS = 251;

    private final LoadedModel loaded;
    private final MistralModel model;
    private final KvType kvType;
    private final int threads;
    private final Batch batch = new Batch();
    private float[] logits;

    private ModelBench(LoadedModel loaded, OperatorConfig config) {
        this.loaded = loaded;
        this.model = loaded.model();
        this.kvType = KvType.named(config.serving().kvType());
        this.threads = config.threads();
        this.logits = new float[model.shape().vocabulary()];
    }

    /// Loads the model.
    ///
    /// @throws IOException where the file cannot be read
    public static ModelBench open(Path file, OperatorConfig config) throws IOException {
        return new ModelBench(LoadedModel.load(file, config), config);
    }

    /// Kernels and model in one line.
    public String description() {
        return loaded.description().name() + ": " + loaded.description().description();
    }

    /// Multiply-adds of the weight matrices for one token.
    public long multiplyAddsPerToken() {
        return model.multiplyAddsPerToken();
    }

    /// Bytes of the weight matrices, which every step reads once.
    public long matrixBytes() {
        return model.matrixBytes();
    }

    /// Bytes a second this machine reads from memory, measured now with the same number of threads.
    public double readBytesPerSecond() {
        try (WorkerTeam team = new WorkerTeam(threads)) {
            return Ceilings.readBytesPerSecond(team);
        }
    }

    /// Float32 multiply-adds a second this machine does, measured now with the same number of
    /// threads.
    public double multiplyAddsPerSecond() {
        try (WorkerTeam team = new WorkerTeam(threads)) {
            return Ceilings.multiplyAddsPerSecond(team);
        }
    }

    /// Forward passes that a prompt of so many tokens takes.
    public static int promptSteps(int tokens) {
        return Math.ceilDiv(tokens, Kernels.MAX_ROWS);
    }

    /// Seconds for reading a prompt of so many tokens, to the logits of its last.
    public double promptSeconds(int tokens) {
        try (KvCache cache = KvCache.ofTokens(model.shape(), kvType, tokens);
                KvCache.Reservation sequence = cache.reserve(tokens)) {
            long start = System.nanoTime();
            read(sequence, tokens);
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private void read(KvCache.Reservation sequence, int tokens) {
        for (int from = 0; from < tokens; from += Kernels.MAX_ROWS) {
            batch.clear();
            int end = Math.min(tokens, from + Kernels.MAX_ROWS);
            for (int i = from; i < end; i++) {
                batch.addPrompt(i % TOKENS, i, sequence, i == tokens - 1);
            }
            model.forward(batch, logits);
        }
    }

    /// Seconds for so many steps in which each of several sequences writes one token.
    ///
    /// @param context tokens every sequence has read before
    public double decodeSeconds(int sequences, int context, int steps) {
        List<KvCache.Reservation> running = new ArrayList<>();
        int tokens = KvCache.blocks(context + steps) * Kernels.KV_BLOCK_TOKENS;
        try (KvCache cache = KvCache.ofTokens(model.shape(), kvType, (long) sequences * tokens)) {
            for (int i = 0; i < sequences; i++) {
                running.add(cache.reserve(context + steps));
                read(running.getLast(), context);
            }
            int wanted = sequences * model.shape().vocabulary();
            if (logits.length < wanted) {
                logits = new float[wanted];
            }
            long start = System.nanoTime();
            for (int step = 0; step < steps; step++) {
                batch.clear();
                for (KvCache.Reservation sequence : running) {
                    batch.addWritten(step % TOKENS, context + step, sequence, true);
                }
                model.forward(batch, logits);
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    @Override
    public void close() {
        loaded.close();
    }
}
