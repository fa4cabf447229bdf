package dev.talaria.eval.choice;

import dev.talaria.eval.suite.DatasetRow;

import tools.jackson.databind.JsonNode;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rows of AGIEval as questions: in the form made for lm-evaluation-harness, whose queries are
/// whole prompts, and as its authors publish them.
final class AgiEval {

    private static final String LETTERS = "ABCDEFG";

    private AgiEval() {}

    static ChoiceQuestion converted(DatasetRow row) {
        JsonNode gold = row.nested("gold");
        Set<Integer> right = new HashSet<>();
        for (String each :
                gold.isArray() ? ChoiceRows.strings(gold, "gold") : List.of(gold.toString())) {
            right.add(place(each));
        }
        return question(
                row.text("query"), ChoiceRows.strings(row.nested("choices"), "choices"), right);
    }

    private static int place(String gold) {
        try {
            return Integer.parseInt(gold);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the gold '%s' is no number".formatted(gold), e);
        }
    }

    /// The prompt is the authors' own for a question without examples.
    static ChoiceQuestion original(DatasetRow row) {
        List<String> options = ChoiceRows.strings(row.nested("options"), "options");
        if (options.isEmpty() || options.size() > LETTERS.length()) {
            throw new IllegalArgumentException(
                    "there are %d options, not 1 to %d"
                            .formatted(options.size(), LETTERS.length()));
        }
        String passage = row.value("passage").map(_ -> row.text("passage")).orElse("");
        String query =
                "%sQ: %s Answer Choices: %s\nA: Among A through %c, the answer is"
                        .formatted(
                                passage,
                                row.text("question"),
                                String.join(" ", options),
                                LETTERS.charAt(options.size() - 1));
        String label = row.text("label").strip();
        int right = label.length() == 1 ? LETTERS.indexOf(label) : -1;
        if (right < 0) {
            throw new IllegalArgumentException(
                    "the label '%s' is no letter from A to G".formatted(label));
        }
        return question(query, options, Set.of(right));
    }

    private static ChoiceQuestion question(String query, List<String> texts, Set<Integer> right) {
        List<Choice> choices = texts.stream().map(text -> Choice.after(query, text)).toList();
        return new ChoiceQuestion(query, choices, right, List.of(), 0);
    }
}
