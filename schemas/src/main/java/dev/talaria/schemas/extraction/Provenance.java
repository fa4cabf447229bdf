package dev.talaria.schemas.extraction;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.task.OutputSchema;

import java.time.Duration;
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
        String operatorVersion) {

    public Provenance {
        requireNonNull(schema, "schema");
        requireNonNull(model, "model");
        requireNonNull(modelSha256, "modelSha256");
        requireNonNull(quantization, "quantization");
        requireNonNull(promptVersion, "promptVersion");
        requireNonNull(finish, "finish");
        requireNonNull(latency, "latency");
        requireNonNull(operatorVersion, "operatorVersion");
    }
}
