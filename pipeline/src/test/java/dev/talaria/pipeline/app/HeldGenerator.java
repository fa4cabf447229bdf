package dev.talaria.pipeline.app;

import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextGenerator;
import dev.talaria.inference.TextRequest;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.extraction.FinishReason;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A generator that writes and answers when the test says so.
public final class HeldGenerator implements TextGenerator {

    /// A request that waits.
    public static final class Asked {

        private final TextRequest request;
        private final Consumer<String> onText;
        private final CompletableFuture<TextAnswer> future = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        private Asked(TextRequest request, Consumer<String> onText) {
            this.request = request;
            this.onText = onText;
        }

        public TextRequest request() {
            return request;
        }

        /// Whether nobody wants the answer any longer.
        public boolean isCancelled() {
            return future.isCancelled();
        }

        /// Writes a piece.
        public void write(String piece) {
            text.append(piece);
            onText.accept(piece);
        }

        /// Ends the answer.
        public void end() {
            end(FinishReason.STOP);
        }

        /// Ends the answer.
        public void end(FinishReason finish) {
            String written = text.toString();
            future.complete(
                    new TextAnswer(
                            written,
                            request.chat().tools().isEmpty() ? List.of() : ToolCall.listOf(written),
                            finish,
                            11,
                            3,
                            5,
                            List.of(),
                            Duration.ofMillis(2),
                            Duration.ofMillis(7)));
        }

        /// Fails.
        public void fail(Throwable cause) {
            future.completeExceptionally(cause);
        }
    }

    private final List<Asked> asked = new ArrayList<>();

    @Override
    public synchronized CompletableFuture<TextAnswer> generate(
            TextRequest request, Consumer<String> onText) {
        Asked one = new Asked(request, onText);
        asked.add(one);
        return one.future;
    }

    /// The request of that number, from 0.
    public synchronized Asked asked(int number) {
        return asked.get(number);
    }

    /// The latest request.
    public synchronized Asked latest() {
        return asked.getLast();
    }

    /// How many requests there were.
    public synchronized int count() {
        return asked.size();
    }
}
