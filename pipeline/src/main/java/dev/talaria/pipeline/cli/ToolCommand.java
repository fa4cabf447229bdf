package dev.talaria.pipeline.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;

/// A subcommand that another module brings, as a [ToolProvider] named `talaria-` and the command;
/// `talaria-schema-check` is `schema check`, where there is a command `schema`. All its arguments,
/// `--help` among them, are its own.
@Command
final class ToolCommand implements Callable<Integer> {

    /// What the names of such tools begin with.
    static final String PREFIX = "talaria-";

    // Nobody can type it, so that "--" too reaches the tool.
    private static final String NOT_TYPED = "\u0000";

    private final ToolProvider tool;

    @Unmatched private List<String> arguments = new ArrayList<>();
    @Spec private CommandSpec spec;

    private ToolCommand(ToolProvider tool) {
        this.tool = tool;
    }

    /// Makes the tool a subcommand.
    static void addTo(CommandLine line, ToolProvider tool) {
        CommandLine command = new CommandLine(new ToolCommand(tool));
        command.setEndOfOptionsDelimiter(NOT_TYPED);
        tool.description().ifPresent(command.getCommandSpec().usageMessage()::description);
        String name = tool.name().substring(PREFIX.length());
        int dash = name.indexOf('-');
        CommandLine group = dash < 0 ? null : line.getSubcommands().get(name.substring(0, dash));
        if (group == null) {
            line.addSubcommand(name, command);
        } else {
            group.addSubcommand(name.substring(dash + 1), command);
        }
    }

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        return tool.run(line.getOut(), line.getErr(), arguments.toArray(String[]::new));
    }
}
