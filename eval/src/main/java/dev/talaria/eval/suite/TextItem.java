package dev.talaria.eval.suite;

import dev.talaria.inference.TextRequest;

import java.util.concurrent.CompletableFuture;

/// A question that is one request for text.
public interface TextItem extends Item {

    /// The request.
    ///
    /// @throws IllegalArgumentException where there can be none of this row
    TextRequest request(Mode mode, long seed);

    @Override
    default CompletableFuture<Answer> ask(EvaluatedModel model, Mode mode, long seed) {
        return model.generator().generate(request(mode, seed), _ -> {}).thenApply(Answer::of);
    }
}
