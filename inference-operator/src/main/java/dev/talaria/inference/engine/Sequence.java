package dev.talaria.inference.engine;

import dev.talaria.inference.decode.Sampler;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.decode.TokenMask;
import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;
import dev.talaria.schemas.extraction.FinishReason;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/// One request on its way: how far its prompt is read and what has been written.
///
/// Touched by the engine's thread alone, except for the future.
final class Sequence {

    private final GenerationRequest request;
    private final CompletableFuture<Generation> future = new CompletableFuture<>();
    private final TokenConstraint constraint;
    private final Sampler sampler;
    private final IntPredicate endsGeneration;
    private KvCache.Reservation cache;
    private int[] written = new int[32];
    private int count;
    private int computed;
    private int logitIndex = -1;

    Sequence(GenerationRequest request, IntPredicate endsGeneration) {
        this.request = request;
        this.constraint = request.constraint().orElse(null);
        this.sampler = new Sampler(request.sampling());
        this.endsGeneration = endsGeneration;
    }

    CompletableFuture<Generation> future() {
        return future;
    }

    int mostTokens() {
        return request.mostTokens();
    }

    void begin(KvCache.Reservation reservation) {
        cache = reservation;
    }

    boolean isReadingPrompt() {
        return computed < request.prompt().length;
    }

    /// Forgets the step before.
    void beginStep() {
        logitIndex = -1;
    }

    /// Adds what comes next to the batch: the last token written, or as much of the prompt as there
    /// is room for.
    void addTo(Batch batch) {
        if (!isReadingPrompt()) {
            logitIndex = batch.addWritten(written[count - 1], computed++, cache, true);
            return;
        }
        int[] prompt = request.prompt();
        int end = Math.min(prompt.length, computed + batch.room());
        while (computed < end) {
            boolean last = computed == prompt.length - 1;
            logitIndex = batch.addPrompt(prompt[computed], computed, cache, last);
            computed++;
        }
    }

    boolean awaitsToken() {
        return logitIndex >= 0;
    }

    /// Chooses the next token from the step's logits.
    ///
    /// @return whether the sequence is finished
    boolean advance(float[] logits, int width, int vocabulary) {
        int token = choose(logits, logitIndex * width, vocabulary);
        if (endsGeneration.test(token)) {
            return finish(FinishReason.STOP);
        }
        append(token);
        if (constraint != null) {
            constraint.commit(token);
            if (!constraint.canContinue()) {
                return finish(FinishReason.STOP);
            }
        }
        if (count < request.sampling().maxTokens()) {
            return false;
        }
        boolean whole = constraint != null && constraint.isComplete();
        return finish(whole ? FinishReason.STOP : FinishReason.TOKEN_LIMIT);
    }

    // A token that would leave too little room to complete the value is struck out, and another
    // chosen.
    private int choose(float[] logits, int offset, int vocabulary) {
        if (constraint == null) {
            return sampler.sample(logits, offset, vocabulary, null);
        }
        TokenMask mask = constraint.mask();
        int token = sampler.sample(logits, offset, vocabulary, mask);
        while (!endsGeneration.test(token) && !constraint.fits(token)) {
            mask.clear(token);
            token = sampler.sample(logits, offset, vocabulary, mask);
        }
        return token;
    }

    private void append(int token) {
        if (count == written.length) {
            written = Arrays.copyOf(written, count * 2);
        }
        written[count++] = token;
        request.listener().accept(token);
    }

    private boolean finish(FinishReason reason) {
        int[] tokens = Arrays.copyOf(written, count);
        release();
        future.complete(new Generation(tokens, reason, request.prompt().length, 0));
        return true;
    }

    void fail(Throwable thrown) {
        release();
        future.completeExceptionally(thrown);
    }

    void release() {
        if (cache != null) {
            cache.close();
            cache = null;
        }
    }
}
