package dev.talaria.eval.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.util.ArrayList;
import java.util.List;

/// The commands of the evaluation suites.
@Command(
        name = "talaria eval",
        mixinStandardHelpOptions = true,
        description = "Measure how often a model's answers are right.",
        subcommands = {
            FuncCallingCommand.class,
            JsonModeCommand.class,
            BfclCommand.class,
            McqCommand.class,
            ExtractionCommand.class,
            CompareCommand.class,
            ReportCommand.class,
        })
final class EvalCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        List<String> names = new ArrayList<>(spec.subcommands().keySet());
        throw new ParameterException(
                spec.commandLine(), "name what to do: " + String.join(", ", names));
    }
}
