package dev.talaria.inference;

import static java.util.Objects.requireNonNull;

/// What an operator runs, as its outputs' provenance names it.
///
/// @param name as the model file calls itself
/// @param sha256 digest that identifies the weights
/// @param quantization the weights' prevailing storage type, such as `Q4_0`
/// @param contextTokens the longest prompt and answer together
/// @param description one line for people: architecture, parameters, kernels
public record ModelDescription(
        String name, String sha256, String quantization, int contextTokens, String description) {

    public ModelDescription {
        requireNonNull(name, "name");
        requireNonNull(sha256, "sha256");
        requireNonNull(quantization, "quantization");
        requireNonNull(description, "description");
    }
}
