package dev.talaria.inference.engine;

import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.MistralModel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;

/// Continuous batching: one thread steps all running sequences together.
///
/// A step computes one token of every sequence that is writing and, in what room is left, chunks of
/// prompts; so sequences join and leave at every step and a long prompt keeps nobody waiting for
/// more than a step. Requests are admitted in their order as soon as the cache has room for all
/// they may need.
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final MistralModel model;
    private final KvCache cache;
    private final int vocabulary;
    private final IntPredicate endsGeneration;
    private final int contextTokens;
    private final int maxSequences;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Sequence> waiting = new ArrayDeque<>();
    private boolean closed;

    // The engine thread's own.
    private final List<Sequence> running = new ArrayList<>();
    private final Batch batch = new Batch();
    private float[] logits = new float[0];

    /// Starts the engine's thread.
    ///
    /// @param vocabulary tokens that may be chosen; the model's own number may be padded beyond it
    /// @param endsGeneration whether an answer is over with this token
    /// @param contextTokens the longest prompt and answer together
    /// @param maxSequences the most that run together
    public Engine(
            MistralModel model,
            KvCache cache,
            int vocabulary,
            IntPredicate endsGeneration,
            int contextTokens,
            int maxSequences) {
        this.model = model;
        this.cache = cache;
        this.vocabulary = Math.min(vocabulary, model.shape().vocabulary());
        this.endsGeneration = endsGeneration;
        this.contextTokens = contextTokens;
        this.maxSequences = Math.min(maxSequences, Kernels.MAX_ROWS);
        this.thread = Thread.ofPlatform().daemon().name("talaria-engine").start(this::loop);
    }

    /// The longest prompt and answer together.
    public int contextTokens() {
        return contextTokens;
    }

    /// Queues a request. Cancelling the future frees what it holds at the next step.
    ///
    /// @throws RequestTooLargeException where it could never run
    public CompletableFuture<Generation> submit(GenerationRequest request) {
        check(request);
        Sequence sequence = new Sequence(request, endsGeneration);
        lock.lock();
        try {
            if (closed) {
                sequence.fail(new EngineClosedException());
            } else {
                waiting.add(sequence);
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
        return sequence.future();
    }

    private void check(GenerationRequest request) {
        int most = request.mostTokens();
        int prompt = request.prompt().length;
        if (most > contextTokens) {
            throw new RequestTooLargeException(
                    "a prompt of %d tokens and up to %d more do not fit the context of %d tokens"
                            .formatted(prompt, most - prompt, contextTokens));
        }
        if (most > cache.capacityTokens()) {
            throw new RequestTooLargeException(
                    "a prompt of %d tokens and up to %d more do not fit the key-value cache of %d tokens; raise inference.kv.bytes"
                            .formatted(prompt, most - prompt, cache.capacityTokens()));
        }
        for (int token : request.prompt()) {
            if (token < 0 || token >= model.shape().vocabulary()) {
                throw new IllegalArgumentException(
                        "prompt token %d is not within the model's vocabulary of %d"
                                .formatted(token, model.shape().vocabulary()));
            }
        }
    }

    private void loop() {
        try {
            while (admit()) {
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            abandon();
        }
    }

    /// Lets in what there is room for; waits while there is nothing to do.
    ///
    /// @return false once the engine is closed
    private boolean admit() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                waiting.removeIf(sequence -> sequence.future().isDone());
                while (running.size() < maxSequences
                        && !waiting.isEmpty()
                        && cache.hasRoom(waiting.peek().mostTokens())) {
                    begin(waiting.poll());
                }
                if (!running.isEmpty()) {
                    return true;
                }
                arrived.await();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void begin(Sequence sequence) {
        try {
            sequence.begin(cache.reserve(sequence.mostTokens()));
            running.add(sequence);
        } catch (OutOfMemoryError e) {
            LOG.error(
                    "no memory for the keys and values of {} tokens; lower inference.kv.bytes",
                    sequence.mostTokens(),
                    e);
            sequence.fail(e);
        }
    }

    private void step() {
        dropCancelled();
        if (running.isEmpty()) {
            return;
        }
        try {
            compute();
        } catch (RuntimeException | Error e) {
            LOG.error("a step of {} sequences failed", running.size(), e);
            running.forEach(sequence -> sequence.fail(e));
            running.clear();
        }
    }

    private void compute() {
        batch.clear();
        running.forEach(Sequence::beginStep);
        for (Sequence sequence : running) {
            if (!sequence.isReadingPrompt()) {
                sequence.addTo(batch);
            }
        }
        for (Sequence sequence : running) {
            if (sequence.isReadingPrompt() && batch.room() > 0) {
                sequence.addTo(batch);
            }
        }
        int width = model.shape().vocabulary();
        int wanted = batch.logitCount() * width;
        if (logits.length < wanted) {
            logits = new float[wanted];
        }
        model.forward(batch, logits);
        running.removeIf(sequence -> sequence.awaitsToken() && advance(sequence, width));
    }

    private boolean advance(Sequence sequence, int width) {
        try {
            return sequence.advance(logits, width, vocabulary);
        } catch (RuntimeException | Error e) {
            sequence.fail(e);
            return true;
        }
    }

    private void dropCancelled() {
        for (Iterator<Sequence> each = running.iterator(); each.hasNext(); ) {
            Sequence sequence = each.next();
            if (sequence.future().isDone()) {
                sequence.release();
                each.remove();
            }
        }
    }

    private void abandon() {
        List<Sequence> left = new ArrayList<>(running);
        running.clear();
        lock.lock();
        try {
            closed = true;
            left.addAll(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(sequence -> sequence.fail(new EngineClosedException()));
    }

    /// Ends the thread after the step under way; unfinished requests fail with
    /// [EngineClosedException].
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
