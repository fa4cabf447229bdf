package dev.talaria.inference.embedded;

import dev.talaria.inference.tokenizer.chat.Message;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.task.SamplingOptions;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A conversation in, the assistant's next turn out: what an extraction needs of a model.
interface Completions {

    /// The assistant's turn.
    ///
    /// @param cachedTokens of the prompt that were known already
    record Turn(
            String text,
            FinishReason finish,
            int promptTokens,
            int completionTokens,
            int cachedTokens) {}

    /// Starts the turn. Cancelling the future ends it and frees what it holds.
    ///
    /// @throws dev.talaria.inference.InvalidRequestException where it cannot be carried out
    CompletableFuture<Turn> complete(
            List<Message> conversation, Grammar grammar, SamplingOptions sampling);
}
