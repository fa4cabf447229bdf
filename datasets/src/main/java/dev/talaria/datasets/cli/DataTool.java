package dev.talaria.datasets.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.spi.ToolProvider;

/// The `data` command, found by the command line as a tool: it lies above this module and is not
/// known to it.
public final class DataTool implements ToolProvider {

    private static final int FAILED = 1;

    @Override
    public String name() {
        return "talaria-data";
    }

    @Override
    public Optional<String> description() {
        return Optional.of(
                "Look at, convert and make files of records (Parquet, Arrow, JSON, CSV).");
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new DataCommand());
        line.setOut(out).setErr(err).setExpandAtFiles(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, _) -> {
            err.println("talaria: " + e.getMessage());
            err.println("try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
        });
        line.setExecutionExceptionHandler((e, _, parsed) -> {
            err.println("talaria: " + finding(e));
            if (isVerbose(parsed)) {
                e.printStackTrace(err);
            }
            return FAILED;
        });
        return line.execute(arguments);
    }

    private static String finding(Exception e) {
        if (e instanceof NoSuchFileException file && file.getReason() == null) {
            return file.getFile() + ": there is no such file or folder; check the path";
        }
        if (e instanceof FileSystemException file) {
            String reason = file.getReason();
            return "%s: %s; check the path"
                    .formatted(
                            file.getFile(),
                            reason == null ? file.getClass().getSimpleName() : reason);
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static boolean isVerbose(ParseResult parsed) {
        for (ParseResult part = parsed; part != null; part = part.subcommand()) {
            if (part.hasMatchedOption("--verbose")) {
                return true;
            }
        }
        return false;
    }
}
