package dev.talaria.pipeline.cli;

import dev.talaria.inference.OperatorVersion;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.util.List;

/// The command without a subcommand: says what there is.
@Command(
        name = "talaria",
        versionProvider = Talaria.Version.class,
        header = "Documents into schema-valid JSON inside Kafka, with the model in this JVM.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "talaria COMMAND --help says more about a command."})
final class Talaria implements Runnable {

    @Mixin private StandardOptions standard;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    private boolean version;

    @Spec private CommandSpec spec;

    /// The subcommands of this module. A new command is added here; those of modules that the
    /// pipeline does not know are found as tools, see [ToolCommand].
    static List<Object> commands() {
        return List.of(
                new DemoCommand(),
                new RunCommand(),
                new GenerateCommand(),
                new BatchCommand(),
                new ModelCommand(),
                new TopicsCommand(),
                new SchemaCommand(),
                new ProduceCommand(),
                new ConsumeCommand(),
                new DlqCommand(),
                new StatusCommand(),
                new BrokerCommand(),
                new LoadCommand(),
                new ConfigCommand());
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "name a command; talaria --help lists them");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"talaria " + OperatorVersion.current()};
        }
    }
}
