package dev.talaria.eval.bench;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.spi.ToolProvider;

/// The `bench` command, found by the command line as a tool: it lies above this module and is not
/// known to it.
public final class BenchTool implements ToolProvider {

    private static final int FAILED = 1;

    @Override
    public String name() {
        return "talaria-bench";
    }

    @Override
    public Optional<String> description() {
        return Optional.of("Measure a model's speed beside what this machine allows.");
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new BenchCommand());
        line.setOut(out).setErr(err).setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, _) -> {
            err.println("talaria: " + e.getMessage());
            return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
        });
        line.setExecutionExceptionHandler((e, _, _) -> {
            err.println("talaria: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return FAILED;
        });
        return line.execute(arguments);
    }
}
