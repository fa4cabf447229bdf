package dev.talaria.eval.bfcl;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.python.PythonReader;
import dev.talaria.eval.suite.Mode;
import dev.talaria.inference.ChatFormat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How the leaderboard's questions are asked and judged.
///
/// @param answers where the right calls are; empty for `possible_answer` beside the questions
/// @param categories that are taken; empty for all that can be judged
/// @param names how the model is told names with dots
/// @param format of the conversation
/// @param reader what is taken for a call
/// @param modes with or without constraint, or both
public record BfclOptions(
        Optional<Path> answers,
        Set<String> categories,
        NameStyle names,
        ChatFormat format,
        PythonReader reader,
        List<Mode> modes,
        float temperature,
        int maxTokens) {

    public BfclOptions {
        requireNonNull(answers, "answers");
        categories = Set.copyOf(categories);
        requireNonNull(names, "names");
        requireNonNull(format, "format");
        requireNonNull(reader, "reader");
        modes = List.copyOf(modes);
        for (String category : categories) {
            if (Category.named(category).isEmpty()) {
                throw new IllegalArgumentException(
                        "there is no category '%s' that can be judged; there are %s"
                                .formatted(category, String.join(", ", Category.names())));
            }
        }
    }
}
