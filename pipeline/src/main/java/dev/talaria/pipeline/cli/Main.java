package dev.talaria.pipeline.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.spi.ToolProvider;

/// The command line.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage; a command may have its own beyond these. A failure
/// is one or two lines on the error stream, `talaria: place: finding; remedy`; `--verbose` adds the
/// stack trace.
public final class Main {

    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    /// Runs the command and ends the process with its exit code.
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        System.exit(run(out, err, arguments));
    }

    /// Runs the command and gives its exit code.
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return run(out, err, Talaria.commands(), arguments);
    }

    /// As above, of these commands and those found as tools.
    static int run(PrintWriter out, PrintWriter err, List<Object> commands, String... arguments) {
        CommandLine line = new CommandLine(new Talaria());
        commands.forEach(line::addSubcommand);
        for (ToolProvider tool : ServiceLoader.load(ToolProvider.class)) {
            if (tool.name().startsWith(ToolCommand.PREFIX)) {
                ToolCommand.addTo(line, tool);
            }
        }
        line.setOut(out).setErr(err).setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, args) -> wrongUsage(e));
        line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command, parsed));
        try {
            return line.execute(arguments);
        } catch (OutOfMemoryError e) {
            return outOfMemory(err, e);
        }
    }

    private static int outOfMemory(PrintWriter err, OutOfMemoryError e) {
        err.printf(
                "talaria: memory: %s, with a heap of %d MB; raise it with TALARIA_OPTS=-Xmx4g%n",
                e.getMessage(), Runtime.getRuntime().maxMemory() >> 20);
        return FAILED;
    }

    private static int wrongUsage(CommandLine.ParameterException e) {
        CommandLine command = e.getCommandLine();
        command.getErr().println("talaria: " + mistake(e));
        command.getErr().println("try: " + command.getCommandSpec().qualifiedName() + " --help");
        return WRONG_USAGE;
    }

    private static String mistake(CommandLine.ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return oneLine(e.getMessage());
        }
        boolean isGroup = !e.getCommandLine().getSubcommands().isEmpty();
        String kind = unmatched.isUnknownOption() ? "option" : isGroup ? "command" : "argument";
        List<String> near = unmatched.getSuggestions();
        return "unknown %s '%s'%s"
                .formatted(
                        kind,
                        oneLine(unmatched.getUnmatched().getFirst()),
                        near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println("talaria: " + finding(e));
        if (isVerbose(parsed)) {
            e.printStackTrace(err);
        }
        return FAILED;
    }

    // Our own exceptions say everything; a foreign one at least says what it is.
    private static String finding(Exception e) {
        boolean own = e.getClass().getName().startsWith("dev.talaria.");
        if (e instanceof FileSystemException file) {
            return "%s: %s; check the path".formatted(file.getFile(), reason(file));
        }
        String message = e.getMessage() == null ? "" : oneLine(e.getMessage());
        if (own || e instanceof IllegalArgumentException || e instanceof IllegalStateException) {
            return message.isEmpty() ? e.getClass().getSimpleName() : message;
        }
        return "%s: %s; add --verbose for the stack trace"
                .formatted(e.getClass().getSimpleName(), message);
    }

    private static String reason(FileSystemException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "is there already";
            default -> e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
        };
    }

    private static boolean isVerbose(ParseResult parsed) {
        for (ParseResult part = parsed; part != null; part = part.subcommand()) {
            if (part.hasMatchedOption(StandardOptions.VERBOSE)) {
                return true;
            }
        }
        return false;
    }

    private static String oneLine(String message) {
        return String.join(" ", message.lines().map(String::strip).toList());
    }
}
