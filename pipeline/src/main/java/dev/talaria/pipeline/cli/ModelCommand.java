package dev.talaria.pipeline.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The commands about model files.
@Command(
        name = "model",
        description = "Look into model files, make them, compute with them.",
        subcommands = {
            ModelInfoCommand.class,
            ModelCheckCommand.class,
            ModelSynthCommand.class,
            ModelQuantizeCommand.class,
            ModelLogitsCommand.class,
            ModelTokenizeCommand.class
        })
final class ModelCommand implements Runnable {

    @Mixin private StandardOptions standard;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "name what to do: info, check, synth, quantize, logits or tokenize");
    }
}
