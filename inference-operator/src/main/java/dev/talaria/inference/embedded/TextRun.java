package dev.talaria.inference.embedded;

import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.engine.Generation;
import dev.talaria.inference.tokenizer.StreamingDetokenizer;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.chat.HermesJsonMode;
import dev.talaria.inference.tokenizer.chat.Message;
import dev.talaria.inference.tokenizer.chat.Role;
import dev.talaria.schemas.grammar.Grammar;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// One prompt's way to its text, passed on as it is written.
final class TextRun {

    private final TextRequest request;
    private final Consumer<String> onText;
    private final TaskCompiler schemas;
    private final EngineCompletions completions;
    private final StreamingDetokenizer detokenizer;
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
        this.detokenizer = completions.tokenizer().detokenizer(TextStart.CONTINUED);
    }

    /// Starts the generation.
    ///
    /// @throws dev.talaria.inference.InvalidRequestException where it cannot be carried out
    CompletableFuture<TextAnswer> start() {
        Optional<Grammar> grammar =
                request.schemaJson().map(json -> schemas.compile(json, json).grammar());
        return completions
                .generate(prompt(), grammar, request.sampling(), this::hear)
                .thenApply(this::answer);
    }

    private int[] prompt() {
        if (request.raw()) {
            return completions.tokenizer().encodePrompt(request.prompt());
        }
        List<Message> conversation = new ArrayList<>();
        if (request.system().isPresent()) {
            conversation.add(new Message(Role.SYSTEM, request.system().get()));
        } else {
            request.schemaJson()
                    .map(json -> schemas.compile(json, json).promptText())
                    .map(HermesJsonMode::system)
                    .ifPresent(conversation::add);
        }
        conversation.add(new Message(Role.USER, request.prompt()));
        return completions.encode(conversation);
    }

    private void hear(int token) {
        if (firstTokenNanos == 0) {
            firstTokenNanos = System.nanoTime();
        }
        pass(detokenizer.push(token));
    }

    private void pass(String piece) {
        if (!piece.isEmpty()) {
            text.append(piece);
            onText.accept(piece);
        }
    }

    private TextAnswer answer(Generation generation) {
        pass(detokenizer.finish());
        long end = System.nanoTime();
        long first = firstTokenNanos == 0 ? end : firstTokenNanos;
        return new TextAnswer(
                text.toString(),
                generation.finish(),
                generation.promptTokens(),
                generation.tokens().length,
                Duration.ofNanos(first - startNanos),
                Duration.ofNanos(end - startNanos));
    }
}
