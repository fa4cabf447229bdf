package dev.talaria.pipeline.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The commands about schemas: those about the topic, and `check` and `bench`, which another module
/// brings.
@Command(
        name = "schema",
        description =
                "Register schemas on a pipeline's topic and look at them; say what is enforced of"
                        + " one.",
        subcommands = {
            SchemaPutCommand.class,
            SchemaGetCommand.class,
            SchemaListCommand.class,
            SchemaDeleteCommand.class
        })
final class SchemaCommand implements Runnable {

    @Mixin private StandardOptions standard;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "name what to do: " + String.join(", ", spec.subcommands().keySet()));
    }
}
