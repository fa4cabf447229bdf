package dev.talaria.inference.embedded;

import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.TokenProbability;
import dev.talaria.inference.decode.StopStrings;
import dev.talaria.inference.decode.TokenLogProbabilities;
import dev.talaria.inference.embedded.TaskCompiler.CompiledSchema;
import dev.talaria.inference.engine.EngineClosedException;
import dev.talaria.inference.engine.Generation;
import dev.talaria.inference.engine.WrittenToken;
import dev.talaria.inference.tokenizer.StreamingDetokenizer;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.TokenKind;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.ToolCallGrammar;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/// One prompt's way to its text, passed on as it is written.
final class TextRun {

    private final TextRequest request;
    private final Consumer<String> onText;
    private final TaskCompiler schemas;
    private final EngineCompletions completions;
    private final Vocabulary vocabulary;
    private final StreamingDetokenizer detokenizer;
    private final StopStrings stops;
    private final List<TokenProbability> probabilities = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final long startNanos = System.nanoTime();
    private long firstTokenNanos;
    private Optional<ToolCallGrammar> tools = Optional.empty();
    private boolean beginsWithMark;

    TextRun(
            TextRequest request,
            Consumer<String> onText,
            TaskCompiler schemas,
            EngineCompletions completions) {
        this.request = request;
        this.onText = onText;
        this.schemas = schemas;
        this.completions = completions;
        this.vocabulary = completions.tokenizer().vocabulary();
        this.stops = new StopStrings(request.sampling().stop());
        this.detokenizer = completions.tokenizer().detokenizer(TextStart.CONTINUED);
    }

    /// Starts the generation. Where the answer's future ends otherwise, the generation does, too.
    ///
    /// @throws dev.talaria.inference.InvalidRequestException where it cannot be carried out
    void start(CompletableFuture<TextAnswer> answer) {
        Optional<Grammar> grammar = grammar();
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

    private Optional<Grammar> grammar() {
        if (request.schemaJson().isPresent()) {
            return request.schemaJson().map(json -> compiled(json).grammar());
        }
        tools = completions.tools().compile(request.chat());
        if (tools.isPresent()) {
            completions.prompts().requireMarkedCalls(request.chat());
        }
        return tools.map(Grammar.class::cast);
    }

    private CompiledSchema compiled(String schemaJson) {
        return schemas.compile(schemaJson, schemaJson, request.grammar());
    }

    /// What a caller hears of a failure inside.
    static Throwable translated(Throwable thrown) {
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
        Optional<String> schemaText = request.schemaJson().map(json -> compiled(json).promptText());
        return completions.prompts().conversation(request, schemaText);
    }

    private boolean hear(WrittenToken token) {
        if (firstTokenNanos == 0) {
            firstTokenNanos = System.nanoTime();
            OptionalInt mark = completions.tools().openToken();
            beginsWithMark = mark.isPresent() && mark.getAsInt() == token.token();
        }
        token.logProbabilities().ifPresent(told -> note(token.token(), told));
        pass(stops.push(shown(token.token())));
        return !stops.isFound();
    }

    // The marks of calls are part of the answer, also where a model writes them as it likes.
    private String shown(int token) {
        boolean isMark =
                vocabulary.kind(token) == TokenKind.CONTROL
                        && !request.chat().tools().isEmpty()
                        && ToolCompiler.isMark(vocabulary.text(token));
        return isMark ? vocabulary.text(token) : detokenizer.push(token);
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
        boolean isCalls = tools.isPresent() && isCalls();
        return new TextAnswer(
                text.toString(),
                isCalls ? ToolCall.listOf(text.toString()) : List.of(),
                finish(generation, isCalls),
                generation.promptTokens(),
                generation.cachedTokens(),
                generation.tokens().length,
                probabilities,
                Duration.ofNanos(first - startNanos),
                Duration.ofNanos(end - startNanos));
    }

    // Where the marks are tokens, text may spell them; where they are not, it does not.
    private boolean isCalls() {
        return completions.tools().openToken().isPresent()
                ? beginsWithMark
                : text.indexOf(ToolCompiler.OPEN) == 0;
    }

    // Free text is whole at every place, so that a grammar cannot tell that it was cut.
    private FinishReason finish(Generation generation, boolean isCalls) {
        int limit = completions.limit(generation.promptTokens(), request.sampling());
        boolean isCut =
                tools.isPresent()
                        && !isCalls
                        && generation.finish() == FinishReason.STOP
                        && !stops.isFound()
                        && generation.tokens().length == limit;
        return isCut ? FinishReason.TOKEN_LIMIT : generation.finish();
    }
}
