package dev.talaria.inference;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A prompt in, text out, piece by piece.
public interface TextGenerator {

    /// Starts the answer and returns at once.
    ///
    /// The future completes exceptionally with an [InvalidRequestException] where the request
    /// cannot be carried out, and with an [OperatorClosedException] where the operator ended first.
    /// Cancelling it ends the generation and frees what it holds.
    ///
    /// @param onText told each piece of text as soon as its characters are whole, on the engine's
    ///   thread; must be quick
    CompletableFuture<TextAnswer> generate(TextRequest request, Consumer<String> onText);
}
