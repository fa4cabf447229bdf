package dev.talaria.eval.cli;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.spi.ToolProvider;

/// The `eval` command, found by the command line as a tool: it lies above this module and is not
/// known to it.
public final class EvalTool implements ToolProvider {

    private static final int FAILED = 1;

    @Override
    public String name() {
        return "talaria-eval";
    }

    @Override
    public Optional<String> description() {
        return Optional.of("Measure how often a model's answers are right.");
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new EvalCommand());
        line.setOut(out).setErr(err).setExpandAtFiles(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, _) -> {
            err.println("talaria: " + e.getMessage());
            return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
        });
        line.setExecutionExceptionHandler((e, command, _) -> {
            err.println("talaria: " + finding(e));
            if (command.getParseResult().hasMatchedOption(RunArguments.VERBOSE)) {
                e.printStackTrace(err);
            }
            return FAILED;
        });
        return line.execute(arguments);
    }

    private static String finding(Exception e) {
        if (e instanceof FileAlreadyExistsException file) {
            return file.getFile() + ": is a file; name a folder";
        }
        if (e instanceof FileSystemException file && file.getReason() == null) {
            return file.getFile() + ": there is no such file or folder, or it cannot be used";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
