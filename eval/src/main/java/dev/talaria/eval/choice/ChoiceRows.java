package dev.talaria.eval.choice;

import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.suite.DatasetRow;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Rows of the tasks of the GPT4All suite as their questions.
///
/// The prompts are those of lm-evaluation-harness without examples; they are the same in its
/// version 0.3, with which the Hermes cards were made, and in 0.4.
final class ChoiceRows {

    private static final Pattern BRACKETS = Pattern.compile("\\[.*?]", Pattern.UNIX_LINES);

    private ChoiceRows() {}

    static ChoiceQuestion arc(DatasetRow row) {
        return labelled(row, "Question: " + row.text("question") + "\nAnswer:");
    }

    static ChoiceQuestion openBookQa(DatasetRow row) {
        return labelled(row, row.text("question_stem"));
    }

    /// Choices with labels, one of which is the key.
    private static ChoiceQuestion labelled(DatasetRow row, String context) {
        JsonNode choices = row.nested("choices");
        List<String> labels = strings(choices.path("label"), "choices.label");
        List<String> texts = strings(choices.path("text"), "choices.text");
        if (labels.size() != texts.size()) {
            throw new IllegalArgumentException(
                    "%d labels are for %d choices".formatted(labels.size(), texts.size()));
        }
        String key = row.text("answerKey").strip();
        int right = labels.indexOf(key);
        if (right < 0) {
            throw new IllegalArgumentException(
                    "the answerKey '%s' is none of the labels %s".formatted(key, labels));
        }
        return following(context, texts, right);
    }

    static ChoiceQuestion hellaSwag(DatasetRow row) {
        String context = row.text("ctx_a") + " " + capitalized(row.text("ctx_b"));
        List<String> endings =
                strings(row.nested("endings"), "endings").stream()
                        .map(ChoiceRows::withoutArtefacts)
                        .toList();
        return following(
                withoutArtefacts(row.text("activity_label") + ": " + context),
                endings,
                number(row, "label"));
    }

    // As Python does it: what follows the first letter becomes small.
    private static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int end = text.offsetByCodePoints(0, 1);
        return Character.toString(Character.toTitleCase(text.codePointAt(0)))
                + text.substring(end).toLowerCase(Locale.ROOT);
    }

    // Brackets are left over from the part of HellaSwag that was WikiHow.
    private static String withoutArtefacts(String text) {
        String titled = PythonText.strip(text).replace(" [title]", ". ");
        return BRACKETS.matcher(titled).replaceAll("").replace("  ", " ");
    }

    static ChoiceQuestion piqa(DatasetRow row) {
        return following(
                "Question: " + row.text("goal") + "\nAnswer:",
                List.of(row.text("sol1"), row.text("sol2")),
                number(row, "label"));
    }

    /// Google's own files have `answer`, those of SuperGLUE `label`.
    static ChoiceQuestion boolQ(DatasetRow row) {
        String context =
                "%s\nQuestion: %s?\nAnswer:".formatted(row.text("passage"), row.text("question"));
        JsonNode answer =
                row.value("answer")
                        .or(() -> row.value("label"))
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "there is neither 'answer' nor 'label'"));
        int right =
                switch (answer.isString() ? answer.stringValue() : answer.toString()) {
                    case "true", "True", "1" -> 1;
                    case "false", "False", "0" -> 0;
                    default ->
                            throw new IllegalArgumentException(
                                    "the answer %s is neither true nor false".formatted(answer));
                };
        return following(context, List.of("no", "yes"), right);
    }

    /// Not the choices are scored but what follows them: the rest of the sentence, once after each.
    static ChoiceQuestion winoGrande(DatasetRow row) {
        String sentence = row.text("sentence");
        int blank = sentence.indexOf('_');
        if (blank < 0) {
            throw new IllegalArgumentException("the sentence has no blank '_'");
        }
        String rest = " " + PythonText.strip(sentence.substring(blank + 1));
        List<Choice> choices = new ArrayList<>();
        for (String option : List.of(row.text("option1"), row.text("option2"))) {
            choices.add(new Choice(option, sentence.substring(0, blank) + option, rest));
        }
        return ChoiceQuestion.of(sentence, choices, number(row, "answer") - 1);
    }

    private static ChoiceQuestion following(String context, List<String> texts, int right) {
        return ChoiceQuestion.of(
                context, texts.stream().map(text -> Choice.after(context, text)).toList(), right);
    }

    /// A whole number, also where it is written as a text.
    static int number(DatasetRow row, String column) {
        String text = row.text(column).strip();
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the %s '%s' is no number; is it a test split?".formatted(column, text), e);
        }
    }

    static List<String> strings(JsonNode list, String name) {
        if (!list.isArray()) {
            throw new IllegalArgumentException("'%s' is no list".formatted(name));
        }
        return list.valueStream()
                .map(it -> it.isString() ? it.stringValue() : it.toString())
                .toList();
    }
}
