package dev.talaria.inference;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// How probable texts are as continuations of a context: what multiple-choice tests compare.
///
/// The tokens are those of lm-evaluation-harness: spaces that end the context belong to the
/// continuation; context and continuation are encoded as one text, and what lies behind the tokens
/// of the context alone is the continuation. A context that is too long is cut from the left.
public interface ContinuationScorer {

    /// Starts the scoring and returns at once. The context is computed once for all continuations,
    /// and for those of other requests that begin alike.
    ///
    /// The future completes with a score for each continuation, in their order; exceptionally with
    /// an [InvalidRequestException] where the request cannot be carried out, and with an
    /// [OperatorClosedException] where the operator ended first. Cancelling it frees what it holds.
    CompletableFuture<List<ContinuationScore>> score(ScoringRequest request);
}
