package dev.talaria.inference.embedded;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;

/// The operator with the model inside this JVM.
public final class EmbeddedOperator {

    private EmbeddedOperator() {}

    /// Loads the model and starts the engine.
    public static InferenceOperator open(OperatorConfig config) {
        throw new IllegalStateException("in the making: " + config);
    }
}
