package dev.talaria.connectors.kafka;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// What a record asks for; whatever it leaves open, the topology's defaults decide.
///
/// @param schema `id` or `id@version`
/// @param instructions what the model is told before the document
/// @param temperature see [dev.talaria.schemas.task.SamplingOptions], as the others
/// @param topK how many tokens stay
/// @param topP which probability stays
/// @param minP which share of the most probable token's probability stays
/// @param repetitionPenalty for tokens of prompt and answer
/// @param frequencyPenalty for every time the answer has a token
/// @param presencePenalty where the answer has a token
/// @param seed of the sampling
/// @param maxTokens the most tokens an answer may have
/// @param order of members, see [dev.talaria.schemas.grammar.PropertyOrder]
/// @param spelling white space, see [dev.talaria.schemas.grammar.Spelling]
/// @param whitespaceMax the most between two tokens where it is flexible
public record TaskRequest(
        Optional<String> schema,
        Optional<String> instructions,
        Optional<Float> temperature,
        Optional<Integer> topK,
        Optional<Float> topP,
        Optional<Float> minP,
        Optional<Float> repetitionPenalty,
        Optional<Float> frequencyPenalty,
        Optional<Float> presencePenalty,
        Optional<Long> seed,
        Optional<Integer> maxTokens,
        Optional<String> order,
        Optional<String> spelling,
        Optional<Integer> whitespaceMax) {

    /// Asks for nothing in particular.
    public static final TaskRequest DEFAULTS =
            new TaskRequest(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    public TaskRequest {
        requireNonNull(schema, "schema");
        requireNonNull(instructions, "instructions");
        requireNonNull(temperature, "temperature");
        requireNonNull(topK, "topK");
        requireNonNull(topP, "topP");
        requireNonNull(minP, "minP");
        requireNonNull(repetitionPenalty, "repetitionPenalty");
        requireNonNull(frequencyPenalty, "frequencyPenalty");
        requireNonNull(presencePenalty, "presencePenalty");
        requireNonNull(seed, "seed");
        requireNonNull(maxTokens, "maxTokens");
        requireNonNull(order, "order");
        requireNonNull(spelling, "spelling");
        requireNonNull(whitespaceMax, "whitespaceMax");
    }

    /// The same for another schema.
    public TaskRequest withSchema(Optional<String> reference) {
        return new TaskRequest(
                reference,
                instructions,
                temperature,
                topK,
                topP,
                minP,
                repetitionPenalty,
                frequencyPenalty,
                presencePenalty,
                seed,
                maxTokens,
                order,
                spelling,
                whitespaceMax);
    }
}
