package dev.talaria.pipeline.cli;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.OperatorListener;
import dev.talaria.inference.cached.CachingOperator;
import dev.talaria.inference.chunked.ChunkingOperator;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.pipeline.config.PipelineConfig;

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

    /// A model with what a pipeline does around it: answers are kept, and long documents asked in
    /// parts. Closing it closes the model.
    ///
    /// @throws CommandException where the folder of kept answers cannot be used
    static InferenceOperator around(InferenceOperator model, PipelineConfig.Answering answering) {
        InferenceOperator operator = keeping(model, answering);
        return answering.chunks().most() > 1 && model instanceof EmbeddedOperator embedded
                ? new ChunkingOperator(operator, embedded.meter(), answering.chunks())
                : operator;
    }

    private static InferenceOperator keeping(
            InferenceOperator operator, PipelineConfig.Answering answering) {
        if (answering.resultsBytes() == 0) {
            return operator;
        }
        try {
            return CachingOperator.open(
                    operator, answering.resultsFolder(), answering.resultsBytes());
        } catch (IOException e) {
            operator.close();
            throw new CommandException(
                    "results.dir: %s; name another folder, or set results.bytes to 0"
                            .formatted(e.getMessage()),
                    e);
        }
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
