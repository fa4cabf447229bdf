package dev.talaria.inference.engine;

import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.MistralModel;
import dev.talaria.schemas.extraction.FinishReason;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/// Continuous batching: one thread steps all running sequences together.
///
/// A step computes what comes next of every sequence that is writing and, in what room is left,
/// chunks of prompts; so sequences join and leave at every step and a long prompt keeps nobody
/// waiting for more than a step. Requests are admitted in their order as soon as the cache has room
/// for all they may need.
///
/// Where a step fails, nobody knows by whose doing: every sequence takes its part of it again
/// alone. Those that succeed go on as if nothing had happened, and those that fail again end with
/// [FailedStepException].
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final MistralModel model;
    private final KvCache cache;
    private final PrefixIndex prefixes;
    private final int vocabulary;
    private final IntPredicate endsGeneration;
    private final EngineOptions options;
    private final LongSupplier nanoTime;
    private final int maxSequences;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Sequence> waiting = new ArrayDeque<>();
    private volatile boolean closed;
    private volatile long endNanos;

    // The engine thread's own.
    private final List<Sequence> running = new ArrayList<>();
    private final List<Sequence> alone = new ArrayList<>(1);
    private final EngineCounters counters = new EngineCounters();
    private final Batch batch = new Batch();
    private final StepCost cost = new StepCost();
    private final StepPlan plan;

    // Asked whether anybody records steps: only then is an event made for each.
    private final StepEvent recorded = new StepEvent();

    // Grown when continuations are scored: their rows want logits, too.
    private float[] logits;
    private volatile EngineSnapshot snapshot;

    // When the thread got any further last; written by it alone.
    private volatile long progressNanos;
    private volatile boolean isIdle = true;

    /// Starts the engine's thread.
    ///
    /// @param vocabulary tokens that may be chosen; the model's own number may be padded beyond it
    /// @param endsGeneration whether an answer is over with this token
    public Engine(
            MistralModel model,
            KvCache cache,
            int vocabulary,
            IntPredicate endsGeneration,
            EngineOptions options) {
        this(model, cache, vocabulary, endsGeneration, options, System::nanoTime);
    }

    /// As above, with a clock of its own for time-outs.
    ///
    /// @param nanoTime as [System#nanoTime]; asked by several threads
    Engine(
            MistralModel model,
            KvCache cache,
            int vocabulary,
            IntPredicate endsGeneration,
            EngineOptions options,
            LongSupplier nanoTime) {
        this.model = model;
        this.cache = cache;
        this.prefixes = options.prefixCache() ? new PrefixIndex(cache) : null;
        this.vocabulary = Math.min(vocabulary, model.shape().vocabulary());
        this.endsGeneration = endsGeneration;
        this.options = options;
        this.nanoTime = nanoTime;
        this.maxSequences = Math.min(options.maxSequences(), Kernels.MAX_ROWS);
        this.plan = new StepPlan(options.prefillChunkTokens(), maxSequences, cost);
        int rows = Math.min(maxSequences + StepPlan.VERIFIED_ROWS, Kernels.MAX_ROWS);
        this.logits = new float[Math.multiplyExact(rows, model.shape().vocabulary())];
        this.snapshot = observe();
        this.thread = Thread.ofPlatform().daemon().name("talaria-engine").start(this::loop);
    }

    /// The longest prompt and answer together.
    public int contextTokens() {
        return options.contextTokens();
    }

    /// What is going on, as of the last step.
    public EngineSnapshot snapshot() {
        return snapshot;
    }

    /// How long the thread has been at work without getting any further, also where it is held up
    /// by whoever listens; a step gets further with every layer. Zero where there is nothing to do.
    public Duration stalled() {
        // In this order: whoever begins to work says first when.
        boolean idle = isIdle;
        long nanos = nanoTime.getAsLong() - progressNanos;
        return idle || ended.isDone() ? Duration.ZERO : Duration.ofNanos(Math.max(0, nanos));
    }

    /// Queues a request. Cancelling the future frees what it holds before the next step; a step
    /// that nobody else needs ends early. A request that is late ends with [FinishReason#DEADLINE]
    /// and what it has written.
    ///
    /// @throws RequestTooLargeException where it could never run
    public CompletableFuture<Generation> submit(GenerationRequest request) {
        checkRoom(request.prompt().length, request.mostTokens());
        checkTokens(request.prompt(), model.shape().vocabulary());
        WritingSequence sequence =
                new WritingSequence(request, endsGeneration, options, counters, nanoTime);
        queue(sequence);
        return sequence.future();
    }

    /// Queues a continuation to be scored. It runs in the same steps as all other requests, its
    /// context shared with those that begin alike, and what it comes to depends on none of them. It
    /// waits for as long as it takes; cancelling the future frees what it holds.
    ///
    /// @throws RequestTooLargeException where it could never run
    public CompletableFuture<TokenScores> score(ScoreRequest request) {
        checkRoom(request.mostTokens(), request.mostTokens());
        checkTokens(request.context(), model.shape().vocabulary());
        checkTokens(request.continuation(), vocabulary);
        ScoringSequence sequence = new ScoringSequence(request, counters);
        queue(sequence);
        return sequence.future();
    }

    private void queue(Sequence sequence) {
        lock.lock();
        try {
            if (!closed) {
                waiting.add(sequence);
                arrived.signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        sequence.fail(new EngineClosedException());
    }

    private void checkRoom(int prompt, int most) {
        if (most > options.contextTokens()) {
            throw new RequestTooLargeException(
                    "a prompt of %d tokens and up to %d more do not fit the context of %d tokens"
                            .formatted(prompt, most - prompt, options.contextTokens()));
        }
        if (most > cache.capacityTokens()) {
            throw tooLargeForCache(prompt, most);
        }
    }

    private static void checkTokens(int[] tokens, int vocabulary) {
        for (int token : tokens) {
            if (token < 0 || token >= vocabulary) {
                throw new IllegalArgumentException(
                        "prompt token %d is not within the model's vocabulary of %d"
                                .formatted(token, vocabulary));
            }
        }
    }

    private RequestTooLargeException tooLargeForCache(int prompt, int most) {
        return new RequestTooLargeException(
                "a prompt of %d tokens and up to %d more do not fit the key-value cache of %d tokens; raise inference.kv.bytes"
                        .formatted(prompt, most - prompt, cache.capacityTokens()));
    }

    private void loop() {
        try {
            boolean goesOn = true;
            while (goesOn) {
                goesOn = turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            abandon();
            snapshot = observe();
            ended.complete(null);
        }
    }

    // What nobody foresaw, such as the end of memory outside of a step, ends requests and not the
    // engine: without it all that come later would wait for a restart.
    private boolean turn() throws InterruptedException {
        try {
            if (!admit()) {
                return false;
            }
            progressNanos = nanoTime.getAsLong();
            isIdle = false;
            step();
            progressNanos = nanoTime.getAsLong();
            snapshot = observe();
        } catch (RuntimeException | Error e) {
            List<Sequence> failed = new ArrayList<>(running);
            running.clear();
            failed.forEach(sequence -> sequence.fail(e));
            LOG.error("{} sequences failed between two steps", failed.size(), FailureTrace.of(e));
        }
        return true;
    }

    /// Lets in what there is room for; waits while there is nothing to do.
    ///
    /// @return false once the engine is closed and nothing runs any more, or too long
    private boolean admit() throws InterruptedException {
        // Futures complete outside the lock: whoever depends on them may do anything.
        List<Runnable> endings = new ArrayList<>();
        lock.lock();
        try {
            while (!closed) {
                dismissGone(endings);
                while (running.size() < maxSequences && !waiting.isEmpty() && begin(endings)) {
                    waiting.remove();
                }
                if (!running.isEmpty() || !endings.isEmpty()) {
                    return true;
                }
                snapshot = observe();
                isIdle = true;
                arrived.await();
                progressNanos = nanoTime.getAsLong();
                isIdle = false;
            }
        } finally {
            lock.unlock();
            endings.forEach(Runnable::run);
        }
        handBackWaiting();
        return !running.isEmpty() && endNanos - nanoTime.getAsLong() > 0;
    }

    private void dismissGone(List<Runnable> endings) {
        long now = nanoTime.getAsLong();
        waiting.removeIf(sequence -> {
            boolean isGone = sequence.isGone(now);
            if (isGone) {
                endings.add(sequence::dismiss);
            }
            return isGone;
        });
    }

    /// Begins the first that waits.
    ///
    /// @return false where it must go on waiting
    private boolean begin(List<Runnable> endings) {
        Sequence sequence = waiting.element();
        try {
            if (!sequence.begin(cache, prefixes)) {
                return false;
            }
            running.add(sequence);
            return true;
        } catch (OutOfMemoryError e) {
            cache.limitToAllocated();
            LOG.error(
                    "no memory for the keys and values of {} tokens; {} tokens are what there is"
                            + " from now on: lower inference.kv.bytes",
                    sequence.mostTokens(),
                    cache.capacityTokens(),
                    e);
            if (sequence.mostTokens() <= cache.capacityTokens()) {
                return begin(endings);
            }
            endings.add(() ->
                    sequence.fail(
                            tooLargeForCache(sequence.promptTokens(), sequence.mostTokens())));
            return true;
        } catch (RuntimeException | Error e) {
            LOG.error("a request could not be begun", FailureTrace.of(e));
            endings.add(() -> sequence.fail(e));
            return true;
        }
    }

    private void step() {
        long now = nanoTime.getAsLong();
        for (Iterator<Sequence> each = running.iterator(); each.hasNext(); ) {
            Sequence sequence = each.next();
            if (sequence.isGone(now)) {
                each.remove();
                sequence.dismiss();
            }
        }
        if (running.isEmpty()) {
            return;
        }
        try {
            compute(running);
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "a step of {} sequences failed; each repeats it alone",
                    running.size(),
                    FailureTrace.of(e));
            running.forEach(Sequence::rewind);
            List.copyOf(running).forEach(this::repeatAlone);
        }
    }

    private void repeatAlone(Sequence sequence) {
        alone.clear();
        alone.add(sequence);
        try {
            compute(alone);
            if (alone.isEmpty()) {
                running.remove(sequence);
            }
        } catch (RuntimeException | Error e) {
            running.remove(sequence);
            sequence.fail(new FailedStepException(e));
        }
    }

    /// Computes the next step of these, and takes out those that are finished.
    private void compute(List<Sequence> members) {
        StepEvent event = recorded.isEnabled() ? new StepEvent() : null;
        if (event != null) {
            event.begin();
            event.sequences = members.size();
        }
        long promptTokens = counters.promptTokens;
        batch.clear();
        plan.fill(batch, members);
        if (batch.rows() == 0) {
            // What it follows is another's to compute.
            return;
        }
        int wanted = Math.multiplyExact(batch.logitCount(), model.shape().vocabulary());
        if (wanted > logits.length) {
            logits = new float[wanted];
        }
        long start = nanoTime.getAsLong();
        if (!model.forward(batch, logits, this::isAbandoned)) {
            return;
        }
        if (batch.writtenRows() == batch.rows()) {
            cost.hear(batch.rows(), nanoTime.getAsLong() - start);
        }
        counters.steps++;
        counters.rows += batch.rows();
        members.forEach(Sequence::publish);
        int width = model.shape().vocabulary();
        members.removeIf(sequence -> sequence.awaitsLogits() && advance(sequence, width));
        if (event != null) {
            event.rows = batch.rows();
            event.promptRows = Math.toIntExact(counters.promptTokens - promptTokens);
            event.commit();
        }
    }

    // A step may take long: it ends when nobody waits for it, and when the engine has to.
    private boolean isAbandoned() {
        long now = nanoTime.getAsLong();
        progressNanos = now;
        if (closed && endNanos - now <= 0) {
            return true;
        }
        for (Sequence sequence : running) {
            if (!sequence.isGone(now)) {
                return false;
            }
        }
        return true;
    }

    private boolean advance(Sequence sequence, int width) {
        try {
            return sequence.advance(logits, width, vocabulary);
        } catch (RuntimeException | Error e) {
            sequence.fail(e);
            return true;
        }
    }

    private void handBackWaiting() {
        List<Sequence> left;
        lock.lock();
        try {
            left = new ArrayList<>(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(sequence -> sequence.fail(new EngineClosedException()));
    }

    private void abandon() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        List<Sequence> left = new ArrayList<>(running);
        running.clear();
        left.forEach(sequence -> sequence.fail(new EngineClosedException()));
        handBackWaiting();
    }

    private EngineSnapshot observe() {
        lock.lock();
        try {
            return new EngineSnapshot(
                    running.size(),
                    maxSequences,
                    waiting.size(),
                    cache.capacityBlocks(),
                    cache.reservedBlocks(),
                    cache.idleBlocks(),
                    counters.steps,
                    counters.rows,
                    counters.promptTokens,
                    counters.cachedTokens,
                    counters.writtenTokens,
                    counters.forcedTokens,
                    counters.draftedTokens,
                    counters.acceptedTokens);
        } finally {
            lock.unlock();
        }
    }

    /// Ends the engine at once: unfinished requests fail with [EngineClosedException]. As
    /// [#close(Duration)] without grace.
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /// Ends the engine. What waits, and what comes from now on, fails with [EngineClosedException];
    /// what runs may go on for so long, and then fails, too.
    ///
    /// Waits until the thread has ended, unless it is that thread which calls: from a listener or
    /// from what depends on a future. Then the thread ends when it gets there; see [#ended].
    public void close(Duration grace) {
        lock.lock();
        try {
            long end = nanoTime.getAsLong() + grace.toNanos();
            endNanos = closed ? Math.min(endNanos, end) : end;
            closed = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
        if (!Thread.currentThread().equals(thread)) {
            join();
        }
    }

    /// Completes when the thread has ended and nothing of the model or the cache is in use.
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /// Whether it has been closed, which may not have an end yet.
    boolean isClosing() {
        return closed;
    }

    private void join() {
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
