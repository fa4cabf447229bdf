package dev.talaria.eval.bench;

import java.util.List;
import java.util.Optional;

/// What came of some documents.
///
/// @param seconds from the first that was handed over to the last answer
/// @param answers texts in the order of the documents; what is no answer is no JSON either
/// @param promptTokens of all prompts
/// @param knownTokens of these, not read because they had been before
/// @param writtenTokens of all answers
/// @param shortcuts what else is known of the work; empty where nothing is
record DocumentResult(
        double seconds,
        List<String> answers,
        long promptTokens,
        long knownTokens,
        long writtenTokens,
        Optional<Shortcuts> shortcuts) {

    DocumentResult {
        answers = List.copyOf(answers);
    }

    /// How the engine came to its tokens.
    ///
    /// @param forcedTokens written without being asked for: the grammar left no choice
    /// @param guessedTokens that were verified together with others
    /// @param acceptedTokens guesses that were right, and so written
    /// @param rows tokens that went through the model: read, written and guessed
    /// @param steps passes through the model
    record Shortcuts(
            long forcedTokens, long guessedTokens, long acceptedTokens, long rows, long steps) {

        Shortcuts plus(Shortcuts other) {
            return new Shortcuts(
                    forcedTokens + other.forcedTokens,
                    guessedTokens + other.guessedTokens,
                    acceptedTokens + other.acceptedTokens,
                    rows + other.rows,
                    steps + other.steps);
        }
    }
}
