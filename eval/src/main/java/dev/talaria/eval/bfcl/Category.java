package dev.talaria.eval.bfcl;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A file of the leaderboard, by what answers its rows want.
///
/// @param name as in the file's name and the rows' ids
record Category(String name, Expectation expectation) {

    /// What is right.
    enum Expectation {
        /// One call, of the only function there is.
        ONE_CALL,
        /// One call, of one of several functions.
        ONE_OF_SEVERAL,
        /// All of several calls, in any order.
        ALL_CALLS,
        /// No call.
        NO_CALL,
        /// Any call.
        ANY_CALL
    }

    // Others are of other languages, are run rather than compared, or take several turns.
    private static final Set<String> NAMES =
            Set.of(
                    "simple",
                    "simple_python",
                    "multiple",
                    "parallel",
                    "parallel_multiple",
                    "irrelevance",
                    "live_simple",
                    "live_multiple",
                    "live_parallel",
                    "live_parallel_multiple",
                    "live_irrelevance",
                    "live_relevance");

    /// The category of that name; empty where it is none that calls can be compared in.
    static Optional<Category> named(String name) {
        return NAMES.contains(name)
                ? Optional.of(new Category(name, expectationOf(name)))
                : Optional.empty();
    }

    private static Expectation expectationOf(String name) {
        List<String> words = Arrays.asList(name.split("_"));
        if (words.contains("irrelevance")) {
            return Expectation.NO_CALL;
        }
        if (words.contains("relevance")) {
            return Expectation.ANY_CALL;
        }
        if (words.contains("parallel")) {
            return Expectation.ALL_CALLS;
        }
        return words.contains("multiple") ? Expectation.ONE_OF_SEVERAL : Expectation.ONE_CALL;
    }

    /// The names there are, sorted.
    static List<String> names() {
        return NAMES.stream().sorted().toList();
    }

    /// Whether its rows have right calls.
    boolean hasAnswers() {
        return switch (expectation) {
            case ONE_CALL, ONE_OF_SEVERAL, ALL_CALLS -> true;
            case NO_CALL, ANY_CALL -> false;
        };
    }
}
