package dev.talaria.eval.suite;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.TextGenerator;

/// The model that is asked.
public record EvaluatedModel(TextGenerator generator, ModelDescription description) {

    public EvaluatedModel {
        requireNonNull(generator, "generator");
        requireNonNull(description, "description");
    }
}
