package dev.talaria.inference.cached;

import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.KeptAnswers;
import dev.talaria.inference.ModelDescription;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.task.ExtractionTask;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;

/// Answers from what was answered before, where a request is the same to the last bit; all others
/// are another operator's.
///
/// Results lie in a folder within a bound and outlast the process, so that what is done again after
/// a crash costs a read. Equal requests under way share one computation. Answers that were not
/// computed for their own request are marked, [Provenance#cached]. What time or trouble had a part
/// in, such as a deadline or a failed engine, is not kept.
public final class CachingOperator implements InferenceOperator {

    private final InferenceOperator operator;
    private final ResultStore store;
    private final Map<ResultKey, Shared> running = new HashMap<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    // Files are read and written here, so that no caller waits for a disk.
    private final ExecutorService files =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("talaria-results").factory());

    private CachingOperator(InferenceOperator operator, ResultStore store) {
        this.operator = operator;
        this.store = store;
    }

    /// An operator that keeps the answers of another one, which is its own from then on: closing it
    /// closes both.
    ///
    /// @param folder of the results; made where it is not there, used by one process at a time
    /// @param maxBytes the most the results may take
    /// @throws IOException where the folder cannot be used
    public static CachingOperator open(InferenceOperator operator, Path folder, long maxBytes)
            throws IOException {
        return new CachingOperator(operator, ResultStore.open(folder, maxBytes));
    }

    @Override
    public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
        ResultKey key = ResultKey.of(document, task, operator.model());
        long start = System.nanoTime();
        Shared shared;
        boolean first;
        CompletableFuture<Extraction> answer = new CompletableFuture<>();
        synchronized (running) {
            Shared known = running.get(key);
            first = known == null;
            shared = first ? new Shared(key, document, task) : known;
            shared.waiting++;
            running.put(key, shared);
        }
        shared.result.whenComplete(
                (result, failure) -> complete(answer, result, failure, document, first, start));
        answer.whenComplete((result, failure) -> shared.left());
        if (first) {
            inFiles(shared::begin);
        }
        return answer;
    }

    private void complete(
            CompletableFuture<Extraction> answer,
            Extraction result,
            Throwable failure,
            Document document,
            boolean first,
            long start) {
        if (failure != null) {
            answer.completeExceptionally(failure);
            return;
        }
        boolean cached = !first || result.provenance().cached();
        (cached ? hits : misses).increment();
        Duration latency = Duration.ofNanos(System.nanoTime() - start);
        answer.complete(cached ? again(document, result, latency) : result);
    }

    // Another document of the same text has another id.
    private static Extraction again(Document document, Extraction result, Duration latency) {
        Provenance provenance = result.provenance().fromCache(latency);
        return switch (result) {
            case Extracted extracted -> new Extracted(document.id(), extracted.json(), provenance);
            case Rejected rejected ->
                    new Rejected(
                            document.id(),
                            rejected.stage(),
                            rejected.errorClass(),
                            rejected.message(),
                            rejected.rawOutput(),
                            provenance);
        };
    }

    private void inFiles(Runnable step) {
        try {
            files.execute(step);
        } catch (RejectedExecutionException closed) {
            // Without the folder: the operator says itself that it is closed.
            step.run();
        }
    }

    @Override
    public ModelDescription model() {
        return operator.model();
    }

    @Override
    public Optional<EngineActivity> activity() {
        return operator.activity();
    }

    @Override
    public Optional<KeptAnswers> keptAnswers() {
        return Optional.of(
                new KeptAnswers(
                        hits.sum(), misses.sum(), store.size(), store.bytes(), store.corrupt()));
    }

    @Override
    public void close() {
        operator.close();
        files.close();
        store.close();
    }

    /// One computation and those that wait for it.
    private final class Shared {

        private final ResultKey key;
        private final Document document;
        private final ExtractionTask task;
        private final CompletableFuture<Extraction> result = new CompletableFuture<>();
        private CompletableFuture<Extraction> computation;
        private int waiting;
        private boolean abandoned;

        Shared(ResultKey key, Document document, ExtractionTask task) {
            this.key = key;
            this.document = document;
            this.task = task;
        }

        void begin() {
            try {
                Optional<CachedResult> known = store.find(key);
                if (known.isPresent()) {
                    end(known.get().answer(document, task), null);
                } else {
                    compute();
                }
            } catch (RuntimeException | Error e) {
                end(null, e);
            }
        }

        private void compute() {
            if (isAbandoned()) {
                return;
            }
            CompletableFuture<Extraction> asked = operator.submit(document, task);
            synchronized (running) {
                computation = asked;
            }
            asked.whenComplete((answer, failure) -> {
                if (answer != null) {
                    inFiles(() -> CachedResult.of(answer).ifPresent(kept -> store.put(key, kept)));
                }
                end(answer, failure);
            });
            if (isAbandoned()) {
                asked.cancel(true);
            }
        }

        private boolean isAbandoned() {
            synchronized (running) {
                return abandoned;
            }
        }

        private void end(Extraction answer, Throwable failure) {
            synchronized (running) {
                running.remove(key, this);
            }
            if (failure == null) {
                result.complete(answer);
            } else {
                result.completeExceptionally(failure);
            }
        }

        /// One that waited has its answer, or wants none any more.
        void left() {
            CompletableFuture<Extraction> unwanted;
            synchronized (running) {
                waiting--;
                if (waiting > 0 || result.isDone()) {
                    return;
                }
                running.remove(key, this);
                abandoned = true;
                unwanted = computation;
            }
            result.cancel(false);
            if (unwanted != null) {
                unwanted.cancel(true);
            }
        }
    }
}
