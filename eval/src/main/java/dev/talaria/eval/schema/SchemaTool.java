package dev.talaria.eval.schema;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.spi.ToolProvider;

/// The commands `schema check` and `schema bench`, found by the command line as tools: it lies
/// above this module and is not known to it.
public abstract sealed class SchemaTool implements ToolProvider {

    private static final int FAILED = 1;

    private final String command;

    private SchemaTool(String command) {
        this.command = command;
    }

    /// `schema check`.
    public static final class Check extends SchemaTool {
        public Check() {
            super("check");
        }

        @Override
        public Optional<String> description() {
            return Optional.of("Say of every keyword of a schema whether answers are held to it.");
        }
    }

    /// `schema bench`.
    public static final class Bench extends SchemaTool {
        public Bench() {
            super("bench");
        }

        @Override
        public Optional<String> description() {
            return Optional.of("Judge and measure a folder of schemas with their instances.");
        }
    }

    @Override
    public String name() {
        return "talaria-schema-" + command;
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = command;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return runCommand(out, err, all);
    }

    /// Runs `schema` with these arguments, the command among them.
    static int runCommand(PrintWriter out, PrintWriter err, String... arguments) {
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
