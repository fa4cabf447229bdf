package dev.talaria.connectors.kafka;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// What a record asks for; whatever it leaves open, the topology's defaults decide.
///
/// @param task a registered task by `id` or `id@version`, whose settings these go before
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
/// @param maxAttempts answers in all
public record TaskRequest(
        Optional<String> task,
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
        Optional<Integer> whitespaceMax,
        Optional<Integer> maxAttempts) {

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
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    public TaskRequest {
        requireNonNull(task, "task");
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
        requireNonNull(maxAttempts, "maxAttempts");
    }

    /// Without a task, and with the usual number of attempts.
    public TaskRequest(
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
        this(
                Optional.empty(),
                schema,
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
                whitespaceMax,
                Optional.empty());
    }

    /// Reads a request from its JSON, as it is registered as a task: an object with the fields of
    /// an envelope, without a document.
    ///
    /// @throws IllegalArgumentException with place, finding and remedy, where it is another text
    public static TaskRequest parse(String json) {
        try {
            return Envelope.task(json);
        } catch (UnreadableRecordException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// The same for another schema.
    public TaskRequest withSchema(Optional<String> reference) {
        return new TaskRequest(
                task,
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
                whitespaceMax,
                maxAttempts);
    }

    /// The same for another task.
    public TaskRequest withTask(Optional<String> reference) {
        return new TaskRequest(
                reference,
                schema,
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
                whitespaceMax,
                maxAttempts);
    }

    /// What this asks for, and what the other does where this says nothing; without a task.
    public TaskRequest over(TaskRequest other) {
        return new TaskRequest(
                Optional.empty(),
                schema.or(other::schema),
                instructions.or(other::instructions),
                temperature.or(other::temperature),
                topK.or(other::topK),
                topP.or(other::topP),
                minP.or(other::minP),
                repetitionPenalty.or(other::repetitionPenalty),
                frequencyPenalty.or(other::frequencyPenalty),
                presencePenalty.or(other::presencePenalty),
                seed.or(other::seed),
                maxTokens.or(other::maxTokens),
                order.or(other::order),
                spelling.or(other::spelling),
                whitespaceMax.or(other::whitespaceMax),
                maxAttempts.or(other::maxAttempts));
    }
}
