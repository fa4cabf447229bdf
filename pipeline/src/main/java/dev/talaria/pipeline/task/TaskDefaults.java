package dev.talaria.pipeline.task;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.SamplingOptions;

import java.util.Optional;

/// What a document's task is where the document leaves it open.
///
/// @param task `id` or `id@version` of a registered task, instead of a schema
/// @param schema `id` or `id@version`; empty where every document has to name its own
/// @param instruction what the model is told before the document
/// @param sampling token choice and limits
/// @param maxAttempts answers in all
/// @param grammar how a schema becomes the masks of the answers
public record TaskDefaults(
        Optional<String> task,
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

    /// Without a registered task.
    public TaskDefaults(
            Optional<String> schema,
            String instruction,
            SamplingOptions sampling,
            int maxAttempts,
            GrammarOptions grammar) {
        this(Optional.empty(), schema, instruction, sampling, maxAttempts, grammar);
    }

    public TaskDefaults {
        requireNonNull(task, "task");
        requireNonNull(schema, "schema");
        if (task.isPresent() && schema.isPresent()) {
            throw new IllegalArgumentException(
                    "task.default = %s and schema.default = %s are both set; a task names its schema"
                            .formatted(task.get(), schema.get()));
        }
        requireNonNull(instruction, "instruction");
        requireNonNull(sampling, "sampling");
        requireNonNull(grammar, "grammar");
        if (maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "task.max.attempts = " + maxAttempts + " is below 1");
        }
    }
}
