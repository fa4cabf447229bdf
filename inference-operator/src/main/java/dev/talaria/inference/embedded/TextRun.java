package dev.talaria.inference.embedded;

import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.TokenProbability;
import dev.talaria.inference.decode.StopStrings;
import dev.talaria.inference.decode.TokenLogProbabilities;
import dev.talaria.inference.engine.EngineClosedException;
import dev.talaria.inference.engine.Generation;
import dev.talaria.inference.engine.WrittenToken;
import dev.talaria.inference.tokenizer.StreamingDetokenizer;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.schemas.grammar.Grammar;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/// One prompt's way to its text, passed on as it is written.
final class TextRun {

    private final TextRequest request;
    private final Consumer<String> onText;
    private final TaskCompiler schemas;
    private final EngineCompletions completions;
    private final StreamingDetokenizer detokenizer;
    private final StopStrings stops;
    private final List<TokenProbability> probabilities = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final long startNanos = System.nanoTime();
    private long firstTokenNanos;

    TextRun(
            TextRequest request,
            Consumer<String> onText,
            TaskCompiler schemas,
            EngineCompletions completions) {
        this.request = request;
        this.onText = onText;
        this.schemas = schemas;
        this.completions = completions;
        this.stops = new StopStrings(request.sampling().stop());
        this.detokenizer = completions.tokenizer().detokenizer(TextStart.CONTINUED);
    }

    /// Starts the generation. Where the answer's future ends otherwise, the generation does, too.
    ///
    /// @throws dev.talaria.inference.InvalidRequestException where it cannot be carried out
    void start(CompletableFuture<TextAnswer> answer) {
        Optional<Grammar> grammar =
                request.schemaJson().map(json -> schemas.compile(json, json).grammar());
        CompletableFuture<Generation> generation =
                completions.generate(prompt(), grammar, request.sampling(), this::hear);
        answer.whenComplete((_, _) -> generation.cancel(false));
        generation
                .thenApply(this::answer)
                .whenComplete((text, thrown) -> {
                    if (thrown == null) {
                        answer.complete(text);
                    } else {
                        answer.completeExceptionally(translated(thrown));
                    }
                });
    }

    private static Throwable translated(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause()
                        : thrown;
        return cause instanceof EngineClosedException
                ? new OperatorClosedException("the operator is closed")
                : cause;
    }

    private int[] prompt() {
        if (request.raw()) {
            return completions.tokenizer().encodePrompt(request.prompt());
        }
        Optional<String> schemaText =
                request.schemaJson().map(json -> schemas.compile(json, json).promptText());
        return completions.prompts().conversation(request, schemaText);
    }

    private boolean hear(WrittenToken token) {
        if (firstTokenNanos == 0) {
            firstTokenNanos = System.nanoTime();
        }
        token.logProbabilities().ifPresent(told -> note(token.token(), told));
        pass(stops.push(detokenizer.push(token.token())));
        return !stops.isFound();
    }

    private void note(int token, TokenLogProbabilities told) {
        List<TokenProbability.Alternative> alternatives =
                told.alternatives().stream()
                        .map(each ->
                                new TokenProbability.Alternative(
                                        spelled(each.token()), each.logProbability()))
                        .toList();
        probabilities.add(new TokenProbability(spelled(token), told.chosen(), alternatives));
    }

    private String spelled(int token) {
        return completions.tokenizer().decode(new int[] {token}, TextStart.CONTINUED);
    }

    private void pass(String piece) {
        if (!piece.isEmpty()) {
            text.append(piece);
            onText.accept(piece);
        }
    }

    private TextAnswer answer(Generation generation) {
        pass(stops.push(detokenizer.finish()));
        pass(stops.finish());
        long end = System.nanoTime();
        long first = firstTokenNanos == 0 ? end : firstTokenNanos;
        return new TextAnswer(
                text.toString(),
                generation.finish(),
                generation.promptTokens(),
                generation.cachedTokens(),
                generation.tokens().length,
                probabilities,
                Duration.ofNanos(first - startNanos),
                Duration.ofNanos(end - startNanos));
    }
}
