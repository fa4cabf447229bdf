package dev.talaria.pipeline.cli;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.OperatorListener;
import dev.talaria.inference.embedded.EmbeddedOperator;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/// Loads the model for a command.
final class OperatorStart {

    private OperatorStart() {}

    /// Looks whether the model's file or folder is there, which takes no time.
    ///
    /// @throws CommandException where it is not
    static void requireModel(OperatorConfig config) {
        config.model().ifPresent(ModelPaths::model);
    }

    /// The embedded operator; the error stream tells how far its loading has come.
    ///
    /// @throws CommandException where the model cannot be read
    static InferenceOperator open(OperatorConfig config, PrintWriter err) {
        return open(config, err, OperatorListener.NONE);
    }

    /// As above, with a listener.
    static InferenceOperator open(
            OperatorConfig config, PrintWriter err, OperatorListener listener) {
        requireModel(config);
        try {
            return EmbeddedOperator.open(config, LoadingLine.on(err), listener);
        } catch (IOException e) {
            String place = config.model().map(Path::toString).orElse("the miniature one");
            throw new CommandException(
                    "model %s: it cannot be read (%s); check the file".formatted(place, e), e);
        }
    }
}
