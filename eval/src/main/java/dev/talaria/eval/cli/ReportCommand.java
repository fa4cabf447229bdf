package dev.talaria.eval.cli;

import dev.talaria.eval.report.RunReport;
import dev.talaria.eval.suite.OutputFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// The page of a run, made again.
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Write report.html of a run again, from its results.jsonl and summary.json.")
final class ReportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "DIR", description = "The output folder of a run.")
    private Path folder;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        RunReport.write(folder);
        spec.commandLine().getOut().println("written to " + folder.resolve(OutputFolder.REPORT));
        return 0;
    }
}
