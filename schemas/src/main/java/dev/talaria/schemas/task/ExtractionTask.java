package dev.talaria.schemas.task;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.grammar.GrammarOptions;

/// What is to be done with a document: which schema its JSON must satisfy, what the model is told,
/// how it samples and how often it may try.
///
/// @param schema what the output must satisfy
/// @param instruction the first line of the user turn, before the document
/// @param sampling token choice and limits
/// @param maxAttempts answers in all, the first included; a failed one is fed back with its errors
/// @param grammar how the schema becomes the masks of the answer
public record ExtractionTask(
        OutputSchema schema,
        String instruction,
        SamplingOptions sampling,
        int maxAttempts,
        GrammarOptions grammar) {

    /// What the model is told where a task says nothing of its own.
    public static final String DEFAULT_INSTRUCTION = "Extract the data from this text.";

    public ExtractionTask {
        requireNonNull(schema, "schema");
        requireNonNull(instruction, "instruction");
        requireNonNull(sampling, "sampling");
        requireNonNull(grammar, "grammar");
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("max attempts " + maxAttempts + " is below 1");
        }
    }

    /// A task with the usual masks: the schema enforced as a whole or refused.
    public ExtractionTask(
            OutputSchema schema, String instruction, SamplingOptions sampling, int maxAttempts) {
        this(schema, instruction, sampling, maxAttempts, GrammarOptions.DEFAULT);
    }

    /// The usual task for a schema: default instruction, greedy, one retry.
    public static ExtractionTask of(OutputSchema schema) {
        return new ExtractionTask(schema, DEFAULT_INSTRUCTION, SamplingOptions.GREEDY, 2);
    }
}
