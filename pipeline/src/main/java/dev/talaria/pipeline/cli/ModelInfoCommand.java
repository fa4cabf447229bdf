package dev.talaria.pipeline.cli;

import dev.talaria.inference.embedded.EmbeddedModel;
import dev.talaria.inference.embedded.ModelFiles;
import dev.talaria.inference.report.ModelReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// What a model file or folder holds.
@Command(
        name = "info",
        description = {
            "Say what a model file or folder holds, and whether Talaria can run it.",
            "Exit code 0 if it can, 3 if it cannot."
        })
final class ModelInfoCommand implements Callable<Integer> {

    private static final int NOT_RUNNABLE = 3;

    @Mixin private StandardOptions standard;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            description =
                    "A GGUF file or a Hugging Face folder; the miniature model that comes along if"
                            + " left out.")
    private Path file;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path path = file == null ? EmbeddedModel.file() : ModelPaths.model(file);
        ModelReport report = ModelFiles.report(path);
        spec.commandLine().getOut().println(report.text().stripTrailing());
        return report.isRunnable() ? 0 : NOT_RUNNABLE;
    }
}
