package dev.talaria.pipeline.task;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.SamplingOptions;

import java.util.Optional;

/// What a document's task is where the document leaves it open.
///
/// @param schema `id` or `id@version`; empty where every document has to name its own
/// @param instruction what the model is told before the document
/// @param sampling token choice and limits
/// @param maxAttempts answers in all
/// @param grammar how a schema becomes the masks of the answers
public record TaskDefaults(
        Optional<String> schema,
        String instruction,
        SamplingOptions sampling,
        int maxAttempts,
        GrammarOptions grammar) {

    /// No schema; everything else as [ExtractionTask] has it.
    public static final TaskDefaults STANDARD =
            new TaskDefaults(
                    Optional.empty(),
                    ExtractionTask.DEFAULT_INSTRUCTION,
                    SamplingOptions.GREEDY,
                    2,
                    GrammarOptions.DEFAULT);

    public TaskDefaults {
        requireNonNull(schema, "schema");
        requireNonNull(instruction, "instruction");
        requireNonNull(sampling, "sampling");
        requireNonNull(grammar, "grammar");
        if (maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "task.max.attempts = " + maxAttempts + " is below 1");
        }
    }
}
