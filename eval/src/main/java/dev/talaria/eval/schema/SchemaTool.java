package dev.talaria.eval.schema;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.util.spi.ToolProvider;

/// The `schema` command, found by the command line as a tool: it lies above this module and is not
/// known to it.
public final class SchemaTool implements ToolProvider {

    private static final int FAILED = 1;

    @Override
    public String name() {
        return "talaria-schema";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new SchemaCommand());
        line.setOut(out).setErr(err).setExpandAtFiles(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
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
