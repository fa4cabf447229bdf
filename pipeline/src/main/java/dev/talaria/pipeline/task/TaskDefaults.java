package dev.talaria.pipeline.task;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.SamplingOptions;

import java.util.Optional;

/// What a document's task is where the document leaves it open.
///
/// @param schema `id` or `id@version`; empty where every document has to name its own
/// @param instruction what the model is told before the document
/// @param sampling token choice and limits
/// @param maxAttempts answers in all
/// @param enforcement what becomes of keywords of a schema that no mask enforces
public record TaskDefaults(
        Optional<String> schema,
        String instruction,
        SamplingOptions sampling,
        int maxAttempts,
        Enforcement enforcement) {

    /// No schema; everything else as [ExtractionTask] has it.
    public static final TaskDefaults STANDARD =
            new TaskDefaults(
                    Optional.empty(),
                    ExtractionTask.DEFAULT_INSTRUCTION,
                    SamplingOptions.GREEDY,
                    2,
                    Enforcement.STRICT);

    public TaskDefaults {
        requireNonNull(schema, "schema");
        requireNonNull(instruction, "instruction");
        requireNonNull(sampling, "sampling");
        requireNonNull(enforcement, "enforcement");
        if (maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "task.max.attempts = " + maxAttempts + " is below 1");
        }
    }
}
