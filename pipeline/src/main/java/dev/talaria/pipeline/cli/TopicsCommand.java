package dev.talaria.pipeline.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The commands about topics.
@Command(
        name = "topics",
        description = "Create the topics of a configuration, or say how they differ from it.",
        subcommands = {TopicsCreateCommand.class, TopicsDescribeCommand.class})
final class TopicsCommand implements Runnable {

    @Mixin private StandardOptions standard;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to do: create or describe");
    }
}
