package dev.talaria.inference.engine;

import dev.talaria.inference.decode.TokenLogProbabilities;

import java.util.concurrent.CompletableFuture;

/// A context and a continuation that are read as one prompt; the logits before each token of the
/// continuation say how probable it is.
final class ScoringSequence extends Sequence {

    private final int[] continuation;
    private final CompletableFuture<TokenScores> future = new CompletableFuture<>();
    private final double[] logProbabilities;
    private boolean isGreedy = true;
    private int scored;

    // Where the step under way has the logits for the next tokens of the continuation.
    private final int[] logitIndices;
    private int awaited;

    ScoringSequence(ScoreRequest request, EngineCounters counters) {
        super(request.prompt(), request.context().length - 1, counters);
        this.continuation = request.continuation();
        this.logProbabilities = new double[continuation.length];
        this.logitIndices = new int[continuation.length];
    }

    @Override
    CompletableFuture<TokenScores> future() {
        return future;
    }

    @Override
    int mostTokens() {
        return prompt.length;
    }

    @Override
    boolean isGone(long nowNanos) {
        return future.isDone();
    }

    @Override
    void dismiss() {
        release();
    }

    @Override
    void beginStep() {
        super.beginStep();
        awaited = 0;
    }

    @Override
    void awaitLogits(int index) {
        logitIndices[awaited++] = index;
    }

    @Override
    boolean awaitsLogits() {
        return awaited > 0;
    }

    @Override
    boolean advance(float[] logits, int width, int vocabulary) {
        for (int i = 0; i < awaited; i++) {
            int offset = logitIndices[i] * width;
            int token = continuation[scored];
            logProbabilities[scored++] =
                    TokenLogProbabilities.of(logits, offset, vocabulary, token, null, 0).chosen();
            isGreedy &= isFirstMaximum(logits, offset, vocabulary, token);
        }
        if (scored < continuation.length) {
            return false;
        }
        release();
        future.complete(new TokenScores(logProbabilities, isGreedy, prompt.length, cachedTokens));
        return true;
    }

    private static boolean isFirstMaximum(float[] logits, int offset, int vocabulary, int token) {
        float value = logits[offset + token];
        for (int i = 0; i < vocabulary; i++) {
            float other = logits[offset + i];
            if (other > value || other == value && i < token) {
                return false;
            }
        }
        return true;
    }
}
