package dev.talaria.inference.embedded;

import dev.talaria.inference.ContinuationScore;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.ScoringRequest;
import dev.talaria.inference.ScoringRequest.BeginToken;
import dev.talaria.inference.engine.Engine;
import dev.talaria.inference.engine.RequestTooLargeException;
import dev.talaria.inference.engine.ScoreRequest;
import dev.talaria.inference.engine.TokenScores;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.Vocabulary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One context's way to the scores of its continuations.
final class ScoreRun {

    private final ScoringRequest request;
    private final Engine engine;
    private final Tokenizer tokenizer;

    /// A continuation as the engine takes it.
    private record Part(ScoreRequest tokens, int cutTokens) {}

    ScoreRun(ScoringRequest request, Engine engine, Tokenizer tokenizer) {
        this.request = request;
        this.engine = engine;
        this.tokenizer = tokenizer;
    }

    /// Starts the scoring. Where the answer's future ends otherwise, the scoring does, too.
    ///
    /// @throws InvalidRequestException where it cannot be carried out
    void start(CompletableFuture<List<ContinuationScore>> answer) {
        List<Part> parts = parts();
        List<CompletableFuture<TokenScores>> scores = new ArrayList<>();
        try {
            parts.forEach(part -> scores.add(engine.score(part.tokens())));
        } catch (RequestTooLargeException e) {
            scores.forEach(score -> score.cancel(false));
            throw new InvalidRequestException("PromptTooLong", e.getMessage(), e);
        }
        answer.whenComplete((_, _) -> scores.forEach(score -> score.cancel(false)));
        CompletableFuture.allOf(scores.toArray(CompletableFuture[]::new))
                .whenComplete((_, thrown) -> {
                    if (thrown == null) {
                        answer.complete(scores(parts, scores));
                    } else {
                        answer.completeExceptionally(TextRun.translated(thrown));
                    }
                });
    }

    private static List<ContinuationScore> scores(
            List<Part> parts, List<CompletableFuture<TokenScores>> scores) {
        List<ContinuationScore> all = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            TokenScores score = scores.get(i).resultNow();
            all.add(
                    new ContinuationScore(
                            Arrays.stream(score.logProbabilities()).sum(),
                            score.logProbabilities().length,
                            score.isGreedy(),
                            parts.get(i).cutTokens(),
                            score.promptTokens(),
                            score.cachedTokens()));
        }
        return all;
    }

    private List<Part> parts() {
        String context = stripped(request.context());
        String moved = request.context().substring(context.length());
        if (context.isEmpty()) {
            int[] first = {firstToken()};
            return request.continuations().stream()
                    .map(text -> part(first, tokenizer.encodeText(moved + text, TextStart.FRESH)))
                    .toList();
        }
        int[] before = encoded(context);
        return request.continuations().stream()
                .map(text -> {
                    int[] whole = encoded(context + moved + text);
                    int from = Math.min(before.length, whole.length);
                    return part(before, Arrays.copyOfRange(whole, from, whole.length));
                })
                .toList();
    }

    private int[] encoded(String text) {
        return request.begin() == BeginToken.AS_MODEL
                ? tokenizer.encodePrompt(text)
                : tokenizer.encodeText(text, TextStart.FRESH);
    }

    private int firstToken() {
        Vocabulary vocabulary = tokenizer.vocabulary();
        int token = vocabulary.beginToken() >= 0 ? vocabulary.beginToken() : vocabulary.endToken();
        if (token < 0) {
            throw new InvalidRequestException(
                    "UnsupportedVocabulary",
                    "the context is empty, and the model's files name no token that begins or ends"
                            + " a text to stand in its place; give a context",
                    null);
        }
        return token;
    }

    // The last token of the continuation is not read, so that one more fits than the context holds.
    private Part part(int[] context, int[] continuation) {
        if (continuation.length == 0) {
            throw new InvalidRequestException(
                    "EmptyContinuation",
                    "a continuation of '%s' adds no token to it; there is nothing to score"
                            .formatted(end(request.context())),
                    null);
        }
        int room = engine.contextTokens() + 1 - continuation.length;
        if (room < 1) {
            throw new InvalidRequestException(
                    "PromptTooLong",
                    "a continuation of %d tokens does not fit the context of %d; raise inference.context.tokens"
                            .formatted(continuation.length, engine.contextTokens()),
                    null);
        }
        int cut = Math.max(0, context.length - room);
        int[] kept = cut == 0 ? context : Arrays.copyOfRange(context, cut, context.length);
        return new Part(new ScoreRequest(kept, continuation), cut);
    }

    private static String end(String text) {
        return text.substring(Math.max(0, text.length() - 40));
    }

    /// Without the white space at its end, as Python sees it.
    private static String stripped(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
