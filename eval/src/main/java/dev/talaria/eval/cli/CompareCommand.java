package dev.talaria.eval.cli;

import dev.talaria.eval.report.ComparisonReport;
import dev.talaria.eval.report.ComparisonTable;
import dev.talaria.eval.report.RunComparison;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// Two runs over the same rows.
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Compare two runs over the same rows: figures side by side, what the difference is"
                    + " worth, and the rows that changed.",
            "Exits with 0; with --fail-if-worse, with 3 where B is worse."
        })
final class CompareCommand implements Callable<Integer> {

    private static final int WORSE = 3;
    private static final double PERCENT = 100;
    private static final double ROUNDING = 1e-9;

    @Parameters(
            index = "0",
            paramLabel = "A",
            description = "The output folder of a run, or the results.jsonl in it.")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "That of the run to compare with it.")
    private Path second;

    @Option(
            names = "--output",
            paramLabel = "FILE.html",
            description = "Write the comparison there, as a page that needs nothing else.")
    private Path output;

    @Option(names = "--force", description = "Compare even runs of different suites or datasets.")
    private boolean force;

    @Option(
            names = "--fail-if-worse",
            arity = "0..1",
            fallbackValue = "0",
            paramLabel = "POINTS",
            description =
                    "Exit with 3 where accuracy in any mode is lower in B, by more than so many"
                            + " percentage points (0 if left out).")
    private Double tolerance;

    @Option(names = RunArguments.VERBOSE, description = "Add the stack trace to a failure.")
    private boolean verbose;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        checkOptions();
        RunComparison comparison = RunComparison.of(first, second, force);
        PrintWriter out = spec.commandLine().getOut();
        out.println(ComparisonTable.of(comparison));
        if (output != null) {
            ComparisonReport.write(comparison, output.toAbsolutePath());
            out.println("written to " + output);
        }
        return tolerance == null ? 0 : exitCode(comparison);
    }

    private int exitCode(RunComparison comparison) {
        double points = PERCENT * comparison.loss();
        if (points <= tolerance + ROUNDING) {
            return 0;
        }
        spec.commandLine().getErr().printf("talaria: B is worse by %.1f points%n", points);
        return WORSE;
    }

    private void checkOptions() {
        if (tolerance != null && !(tolerance >= 0 && tolerance <= PERCENT)) {
            throw wrong("--fail-if-worse: %s is not within 0 to 100 points".formatted(tolerance));
        }
        if (output != null) {
            Path file = output.toAbsolutePath();
            if (Files.isDirectory(file) || !Files.isDirectory(file.getParent())) {
                throw wrong(
                        "--output: %s: no file can be written there; name one in an existing folder"
                                .formatted(output));
            }
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
