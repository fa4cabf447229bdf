package dev.talaria.eval.suite;

import tools.jackson.databind.JsonNode;

import java.util.concurrent.CompletableFuture;

/// One row as a question. Immutable.
public interface Item {

    /// The right answer, for the reader of a report.
    JsonNode expected();

    /// The text the model sees. Must not fail, even where there can be no request.
    String prompt(Mode mode);

    /// Asks the model and returns at once. Never called to replay.
    ///
    /// @throws IllegalArgumentException or a future that completes with one, where the question
    ///   cannot be asked: the row fails, and the run goes on
    CompletableFuture<Answer> ask(EvaluatedModel model, Mode mode, long seed);

    /// Judges an answer. Must not fail, whatever it is.
    Judgement judge(Answer answer);
}
