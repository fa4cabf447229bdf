package dev.talaria.inference.embedded;

import dev.talaria.inference.tokenizer.chat.Message;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.task.SamplingOptions;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// A model that answers what it was told to, turn by turn, and remembers what it was asked.
final class ScriptedCompletions implements Completions {

    static final int PROMPT_TOKENS = 30;

    private final Deque<Supplier<CompletableFuture<Turn>>> script = new ArrayDeque<>();
    private final List<List<Message>> heard = new ArrayList<>();

    /// Answers with a text of as many tokens as it has characters.
    ScriptedCompletions says(String text) {
        return gives(CompletableFuture.completedFuture(turn(text, FinishReason.STOP)));
    }

    ScriptedCompletions breaksOffAfter(String text) {
        return gives(CompletableFuture.completedFuture(turn(text, FinishReason.TOKEN_LIMIT)));
    }

    ScriptedCompletions fails(Throwable thrown) {
        return gives(CompletableFuture.failedFuture(thrown));
    }

    ScriptedCompletions refuses(RuntimeException thrown) {
        script.add(() -> {
            throw thrown;
        });
        return this;
    }

    ScriptedCompletions gives(CompletableFuture<Turn> turn) {
        script.add(() -> turn);
        return this;
    }

    /// The conversations so far, each as it was when an answer was asked for.
    List<List<Message>> heard() {
        return heard;
    }

    static Turn turn(String text, FinishReason finish) {
        return new Turn(text, finish, PROMPT_TOKENS, text.length(), 4);
    }

    @Override
    public CompletableFuture<Turn> complete(
            List<Message> conversation, Grammar grammar, SamplingOptions sampling) {
        heard.add(List.copyOf(conversation));
        return script.remove().get();
    }
}
