package dev.talaria.schemas.extraction;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.task.OutputSchema;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where an answer came from: enough to compute it again.
///
/// @param schema what the output had to satisfy; empty where the task was never resolved
/// @param model the model's name
/// @param modelSha256 digest that identifies the weights
/// @param quantization the weights' storage, such as `Q4_0`
/// @param promptVersion names the exact prompt wording
/// @param seed of the sampling
/// @param attempts answers generated in all
/// @param finish why the last answer ended
/// @param promptTokens of the last attempt
/// @param completionTokens over all attempts
/// @param cachedTokens prompt tokens that were not computed because they were known
/// @param latency from submission to completion
/// @param operatorVersion of this program
/// @param cached whether the answer was computed for another request of the same text and task
/// @param chunks the parts of the document that were asked one by one, in order; empty where it was
///   asked as a whole
public record Provenance(
        Optional<OutputSchema> schema,
        String model,
        String modelSha256,
        String quantization,
        String promptVersion,
        long seed,
        int attempts,
        FinishReason finish,
        int promptTokens,
        int completionTokens,
        int cachedTokens,
        Duration latency,
        String operatorVersion,
        boolean cached,
        List<TextSpan> chunks) {

    /// Computed for its own request, of the document as a whole.
    public Provenance(
            Optional<OutputSchema> schema,
            String model,
            String modelSha256,
            String quantization,
            String promptVersion,
            long seed,
            int attempts,
            FinishReason finish,
            int promptTokens,
            int completionTokens,
            int cachedTokens,
            Duration latency,
            String operatorVersion) {
        this(
                schema,
                model,
                modelSha256,
                quantization,
                promptVersion,
                seed,
                attempts,
                finish,
                promptTokens,
                completionTokens,
                cachedTokens,
                latency,
                operatorVersion,
                false,
                List.of());
    }

    public Provenance {
        requireNonNull(schema, "schema");
        requireNonNull(model, "model");
        requireNonNull(modelSha256, "modelSha256");
        requireNonNull(quantization, "quantization");
        requireNonNull(promptVersion, "promptVersion");
        requireNonNull(finish, "finish");
        requireNonNull(latency, "latency");
        requireNonNull(operatorVersion, "operatorVersion");
        chunks = List.copyOf(chunks);
    }

    /// The same of another schema.
    public Provenance of(OutputSchema other) {
        return with(Optional.of(other), latency, cached);
    }

    /// The same, found instead of computed.
    ///
    /// @param time from submission to completion
    public Provenance fromCache(Duration time) {
        return with(schema, time, true);
    }

    private Provenance with(Optional<OutputSchema> other, Duration time, boolean found) {
        return new Provenance(
                other,
                model,
                modelSha256,
                quantization,
                promptVersion,
                seed,
                attempts,
                finish,
                promptTokens,
                completionTokens,
                cachedTokens,
                time,
                operatorVersion,
                found,
                chunks);
    }
}
