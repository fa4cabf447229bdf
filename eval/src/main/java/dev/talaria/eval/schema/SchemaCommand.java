package dev.talaria.eval.schema;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The commands about schemas.
@Command(
        name = "talaria schema",
        mixinStandardHelpOptions = true,
        description = "Say what is enforced of a schema; judge and measure folders of them.",
        subcommands = {SchemaCheckCommand.class, SchemaBenchCommand.class})
final class SchemaCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to do: check or bench");
    }
}
