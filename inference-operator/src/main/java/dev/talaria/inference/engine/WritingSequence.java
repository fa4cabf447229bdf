package dev.talaria.inference.engine;

import dev.talaria.inference.decode.Sampler;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.decode.TokenLogProbabilities;
import dev.talaria.inference.decode.TokenMask;
import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;
import dev.talaria.schemas.extraction.FinishReason;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/// A prompt that is read and then continued, token by token.
final class WritingSequence extends Sequence {

    private final GenerationRequest request;
    private final CompletableFuture<Generation> future = new CompletableFuture<>();
    private final TokenConstraint constraint;
    private final Sampler sampler;
    private final IntPredicate endsGeneration;
    private final Drafter drafter;
    private final boolean takesForced;
    private final LongSupplier nanoTime;
    private final long submittedNanos;
    private final long deadlineNanos;
    private final boolean hasDeadline;
    private long admittedNanos;
    private long firstTokenNanos;
    private boolean isAdmitted;

    // Prompt and answer.
    private int[] tokens;
    private int length;

    // The mask of the next token, where it is known already.
    private TokenMask mask;

    private int drafted;
    private Throwable failure;
    private int logitIndex = -1;

    WritingSequence(
            GenerationRequest request,
            IntPredicate endsGeneration,
            EngineOptions options,
            EngineCounters counters,
            LongSupplier nanoTime) {
        super(request.prompt(), request.prompt().length - 1, counters);
        this.request = request;
        this.constraint = request.constraint().orElse(null);
        this.sampler = new Sampler(request.sampling(), request.prompt());
        this.endsGeneration = endsGeneration;
        // With log-probabilities every token's logits are wanted; forced ones are guessed instead.
        this.takesForced =
                options.forcedTokens() && request.sampling().logProbabilities().isEmpty();
        this.drafter = options.draftTokens() > 0 ? new Drafter(options.draftTokens()) : null;
        long timeout = request.timeout().orElse(options.requestTimeout()).toNanos();
        this.hasDeadline = timeout > 0;
        this.nanoTime = nanoTime;
        this.submittedNanos = nanoTime.getAsLong();
        this.deadlineNanos = submittedNanos + timeout;
        this.tokens = request.prompt();
        this.length = tokens.length;
    }

    @Override
    CompletableFuture<Generation> future() {
        return future;
    }

    @Override
    int mostTokens() {
        return request.mostTokens();
    }

    @Override
    boolean isGone(long nowNanos) {
        return future.isDone() || hasDeadline && nowNanos - deadlineNanos >= 0;
    }

    @Override
    boolean begin(KvCache memory, PrefixIndex index) {
        isAdmitted = super.begin(memory, index);
        if (isAdmitted) {
            admittedNanos = sinceSubmission();
        }
        return isAdmitted;
    }

    private long sinceSubmission() {
        return nanoTime.getAsLong() - submittedNanos;
    }

    @Override
    void dismiss() {
        finish(FinishReason.DEADLINE);
    }

    @Override
    void beginStep() {
        super.beginStep();
        logitIndex = -1;
        drafted = 0;
    }

    /// Adds the tokens written since the last step, and guesses what follows them.
    ///
    /// @param most rows
    /// @param guesses the most of these that may be guesses
    /// @param rowsSaved by a token that was guessed right
    void addWritten(Batch batch, int most, int guesses, double rowsSaved) {
        int end = Math.min(length, computed + most);
        int left = most - (end - computed);
        while (computed < end) {
            boolean isLast = computed == length - 1;
            logitIndex = batch.addWritten(tokens[computed], computed, cache, isLast);
            computed++;
        }
        if (logitIndex < 0 || drafter == null) {
            return;
        }
        // The last token of the limit needs no guess: nothing comes after it.
        int room = mostTokens() - length - 1;
        int limit = Math.min(Math.min(left, guesses), room);
        drafted = guess(limit, rowsSaved);
        for (int i = 0; i < drafted; i++) {
            batch.addWritten(drafter.token(i), length + i, cache, true);
        }
        counters.draftedTokens += drafted;
    }

    // A grammar that fails fails its own request: when the step has been computed, as in choosing.
    private int guess(int limit, double rowsSaved) {
        try {
            return drafter.guess(tokens, length, constraint, limit, rowsSaved);
        } catch (RuntimeException | Error e) {
            failure = e;
            return 0;
        }
    }

    @Override
    void awaitLogits(int index) {
        logitIndex = index;
    }

    @Override
    boolean awaitsLogits() {
        return logitIndex >= 0;
    }

    /// Chooses tokens from the step's logits: one, and one more for every guess that was right.
    ///
    /// @return whether the sequence is finished
    @Override
    boolean advance(float[] logits, int width, int vocabulary) {
        if (failure != null) {
            fail(failure);
            return true;
        }
        int right = 0;
        while (true) {
            int offset = (logitIndex + right) * width;
            int token = choose(logits, offset, vocabulary);
            if (take(token, logProbabilities(logits, offset, vocabulary, token))) {
                return true;
            }
            if (right == drafted || drafter.token(right) != token) {
                break;
            }
            right++;
            computed++;
            counters.acceptedTokens++;
        }
        if (drafted > 0) {
            drafter.hear(right);
        }
        return takeForced();
    }

    // A token that would leave too little room to complete the value is struck out, and another
    // chosen.
    private int choose(float[] logits, int offset, int vocabulary) {
        if (constraint == null) {
            return sampler.sample(logits, offset, vocabulary, null);
        }
        if (mask == null) {
            mask = constraint.mask();
        }
        int token = sampler.sample(logits, offset, vocabulary, mask);
        while (!endsGeneration.test(token) && !constraint.fits(token)) {
            mask.clear(token);
            token = sampler.sample(logits, offset, vocabulary, mask);
        }
        return token;
    }

    private Optional<TokenLogProbabilities> logProbabilities(
            float[] logits, int offset, int vocabulary, int token) {
        OptionalInt alternatives = request.sampling().logProbabilities();
        if (alternatives.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                TokenLogProbabilities.of(
                        logits, offset, vocabulary, token, mask, alternatives.getAsInt()));
    }

    /// Takes the tokens that are the only ones allowed, as choosing would.
    private boolean takeForced() {
        while (takesForced && constraint != null) {
            mask = constraint.mask();
            int token = mask.nextAllowed(0);
            if (token < 0 || mask.nextAllowed(token + 1) >= 0) {
                return false;
            }
            counters.forcedTokens++;
            if (take(token, Optional.empty())) {
                return true;
            }
        }
        return false;
    }

    /// Takes a token into the answer.
    ///
    /// @return whether the answer is finished
    private boolean take(int token, Optional<TokenLogProbabilities> logProbabilities) {
        mask = null;
        if (endsGeneration.test(token)) {
            return finish(FinishReason.STOP);
        }
        append(token);
        sampler.accept(token);
        counters.writtenTokens++;
        boolean goesOn = request.listener().hear(new WrittenToken(token, logProbabilities));
        if (constraint != null) {
            constraint.commit(token);
        }
        if (!goesOn || constraint != null && !constraint.canContinue()) {
            return finish(FinishReason.STOP);
        }
        if (length < mostTokens()) {
            // Whoever cancelled hears no more, also where several tokens come at once.
            return future.isDone() && abandon();
        }
        boolean whole = constraint != null && constraint.isComplete();
        return finish(whole ? FinishReason.STOP : FinishReason.TOKEN_LIMIT);
    }

    private void append(int token) {
        if (length == prompt.length) {
            firstTokenNanos = sinceSubmission();
        }
        if (length == tokens.length) {
            int[] longer = new int[Math.min(mostTokens(), length + Math.max(32, length / 2))];
            System.arraycopy(tokens, 0, longer, 0, length);
            tokens = longer;
        }
        tokens[length++] = token;
    }

    /// Ends the answer where it is.
    private boolean finish(FinishReason reason) {
        int promptTokens = prompt.length;
        int[] written = Arrays.copyOfRange(tokens, promptTokens, length);
        release();
        long totalNanos = sinceSubmission();
        future.complete(
                new Generation(
                        written,
                        reason,
                        promptTokens,
                        cachedTokens,
                        isAdmitted ? admittedNanos : totalNanos,
                        firstTokenNanos,
                        totalNanos));
        return true;
    }

    private boolean abandon() {
        release();
        return true;
    }
}
