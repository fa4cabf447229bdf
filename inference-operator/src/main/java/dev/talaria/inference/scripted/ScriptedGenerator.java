package dev.talaria.inference.scripted;

import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextGenerator;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.ToolChoice;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.extraction.FinishReason;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/// A generator without a model: a function gives the pieces of each answer, on a thread of its own.
///
/// A piece counts as a token, so that the request's limit cuts the answer; calls are looked for in
/// the text as the embedded operator does. Nothing is enforced: what is written is the script's.
public final class ScriptedGenerator implements TextGenerator, AutoCloseable {

    private final Function<TextRequest, List<String>> script;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("scripted-text").factory());

    /// @param script called once per request, one at a time; may wait to play a slow model
    public ScriptedGenerator(Function<TextRequest, List<String>> script) {
        this.script = script;
    }

    @Override
    public CompletableFuture<TextAnswer> generate(TextRequest request, Consumer<String> onText) {
        if (thread.isShutdown()) {
            return CompletableFuture.failedFuture(
                    new OperatorClosedException("the scripted generator is closed"));
        }
        return CompletableFuture.supplyAsync(() -> answer(request, onText), thread);
    }

    private TextAnswer answer(TextRequest request, Consumer<String> onText) {
        long start = System.nanoTime();
        List<String> pieces = script.apply(request);
        int limit = request.sampling().maxTokens();
        List<String> written = pieces.subList(0, Math.min(limit, pieces.size()));
        written.forEach(onText);
        String text = String.join("", written);
        boolean hasCalls =
                !request.chat().tools().isEmpty()
                        && !(request.chat().toolChoice() instanceof ToolChoice.Free);
        Duration latency = Duration.ofNanos(System.nanoTime() - start);
        return new TextAnswer(
                text,
                hasCalls ? ToolCall.listOf(text) : List.of(),
                written.size() < pieces.size() ? FinishReason.TOKEN_LIMIT : FinishReason.STOP,
                request.prompt().length(),
                0,
                written.size(),
                List.of(),
                latency,
                latency);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
