package dev.talaria.pipeline.cli;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.embedded.EmbeddedOperator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Loads the model for a command.
final class OperatorStart {

    private OperatorStart() {}

    /// The embedded operator.
    ///
    /// @throws CommandException where the model cannot be read
    static InferenceOperator open(OperatorConfig config) {
        Optional<Path> model = config.model();
        if (model.isPresent() && !Files.isReadable(model.get())) {
            throw new CommandException(
                    "model " + model.get() + ": there is no such file; name a readable GGUF file");
        }
        try {
            return EmbeddedOperator.open(config);
        } catch (IOException e) {
            String place = model.map(Path::toString).orElse("the miniature one");
            throw new CommandException(
                    "model %s: it cannot be read (%s); check the file".formatted(place, e), e);
        }
    }
}
