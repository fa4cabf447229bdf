package dev.talaria.datasets.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The commands about files of records.
@Command(
        name = "talaria data",
        mixinStandardHelpOptions = true,
        description = {
            "Look at files of records and convert them; make documents with known fields.",
            "Parquet, Arrow (files, streams, Feather), JSON lines, JSON and CSV, or folders of"
                    + " them."
        },
        subcommands = {
            ConvertCommand.class,
            HeadCommand.class,
            SchemaCommand.class,
            SynthCommand.class
        })
final class DataCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "name what to do: convert, head, schema or synth");
    }
}
