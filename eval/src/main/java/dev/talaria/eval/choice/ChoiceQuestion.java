package dev.talaria.eval.choice;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A question with its choices.
///
/// @param shown the question, for people
/// @param choices at least one
/// @param right which of them are right, by their places
/// @param truths statements whose truth is weighed besides (TruthfulQA's `mc2`), the true ones
///   first; empty for all other tasks
/// @param trueCount how many of these are true
record ChoiceQuestion(
        String shown,
        List<Choice> choices,
        Set<Integer> right,
        List<Choice> truths,
        int trueCount) {

    ChoiceQuestion {
        requireNonNull(shown, "shown");
        choices = List.copyOf(choices);
        right = Set.copyOf(right);
        truths = List.copyOf(truths);
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("there are no choices");
        }
        for (int place : right) {
            if (place < 0 || place >= choices.size()) {
                throw new IllegalArgumentException(
                        "the right answer is number %d, and there are %d choices"
                                .formatted(place, choices.size()));
            }
        }
        if (right.isEmpty()) {
            throw new IllegalArgumentException("no choice is right; is it a test split?");
        }
    }

    /// A question without statements besides, of which one choice is right.
    static ChoiceQuestion of(String shown, List<Choice> choices, int right) {
        return new ChoiceQuestion(shown, choices, Set.of(right), List.of(), 0);
    }

    /// All that is scored, in the order of the scores.
    List<Choice> scored() {
        return Stream.concat(choices.stream(), truths.stream()).toList();
    }

    /// The right choices in their order.
    List<String> rightTexts() {
        return new TreeSet<>(right).stream().map(place -> choices.get(place).text()).toList();
    }
}
